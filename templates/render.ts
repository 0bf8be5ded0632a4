/** Renders a command from a template: Go's text/template with the hermetic functions of sprig and its dates. No I/O. */
import { execute } from './execute';
import { builtins } from './functions/builtins';
import { collections } from './functions/collections';
import { dates } from './functions/dates';
import type { Functions } from './functions/define';
import { numbers } from './functions/numbers';
import { paths } from './functions/paths';
import { regex } from './functions/regex';
import { semver } from './functions/semver';
import { strings } from './functions/strings';
import { parse, type Tree } from './parse';
import { fromJson, TemplateError } from './value';

function functionsAt(nowMs: number): Functions {
  return {
    ...collections,
    ...strings,
    ...numbers,
    ...paths,
    ...regex,
    ...semver,
    ...dates(nowMs),
    ...builtins,
  };
}

const names = new Set([...Object.keys(functionsAt(0)), 'and', 'or']);

/** Throws TemplateError where the text is no template, or uses a function or a variable that there is not. */
export function parseTemplate(text: string): Tree {
  return parse(text, (name) => names.has(name));
}

/** Throws TemplateError for whatever goes wrong. `data` is JSON; it is copied, not changed. */
export function render(text: string, data: unknown, of: { nowMs: number; maxOutputBytes: number }): string {
  const tree = parseTemplate(text);
  try {
    return execute(tree, fromJson(data), functionsAt(of.nowMs), of.maxOutputBytes);
  } catch (error) {
    // The call stack, or a text too long for JavaScript.
    if (error instanceof RangeError) throw new TemplateError(`the template is too complex: ${error.message}`);
    throw error;
  }
}
