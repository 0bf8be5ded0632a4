/** Sprig's regular expressions: those of RE2, whose time grows with the text alone. */
import { RE2JS, type Matcher } from 're2js';
import { requireItems, requireText, TemplateError } from '../value';
import { define, type Functions } from './define';

export const regex: Functions = {
  // Sprig's answer to a broken expression here is no, not an error.
  regexMatch: define(['string', 'string'], (expression, text) => {
    try {
      return compile(expression).matcher(text).find();
    } catch (error) {
      if (error instanceof TemplateError) return false;
      throw error;
    }
  }),
  regexFind: define(['string', 'string'], (expression, text) => matches(expression, text, 1)[0]?.text ?? ''),
  regexFindAll: define(['string', 'string', 'int'], (expression, text, count) =>
    matches(expression, text, count).map((match) => match.text),
  ),
  regexReplaceAll: define(['string', 'string', 'string'], (expression, text, by) =>
    replace(expression, text, (match) => expand(by, match)),
  ),
  regexReplaceAllLiteral: define(['string', 'string', 'string'], (expression, text, by) =>
    replace(expression, text, () => by),
  ),
  regexSplit: define(['string', 'string', 'int'], split),
};

type Match = { text: string; from: number; to: number; groups: (string | null)[]; named: Record<string, number> };

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    throw new TemplateError(`regexp: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** At most `count`, or all of a negative one; an empty match right behind another is none. */
function matches(expression: string, text: string, count: number): Match[] {
  const compiled = compile(expression);
  const matcher = compiled.matcher(text);
  const named = compiled.namedGroups();
  const found: Match[] = [];
  while (found.length !== count && matcher.find()) {
    const match = matchOf(matcher, named);
    if (match.from !== match.to || match.from !== found.at(-1)?.to) found.push(match);
    requireItems(found.length);
  }
  return found;
}

function matchOf(matcher: Matcher, named: Record<string, number>): Match {
  const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, n) => matcher.group(n));
  return { text: groups[0] ?? '', from: matcher.start(), to: matcher.end(), groups, named };
}

function replace(expression: string, text: string, by: (match: Match) => string): string {
  let out = '';
  let at = 0;
  for (const match of matches(expression, text, -1)) {
    out += text.slice(at, match.from) + by(match);
    at = match.to;
    requireText(out.length);
  }
  return out + text.slice(at);
}

/** `$1`, `${1}`, `$name`: the longest name counts, and one that there is not stands for nothing. */
function expand(template: string, { groups, named }: Match): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return '$';
    const index = /^\d+$/.test(name) ? Number(name) : named[name];
    return (index === undefined ? null : groups[index]) ?? '';
  });
}

/** As Go's Split. */
function split(expression: string, text: string, count: number): string[] {
  if (count === 0) return [];
  if (expression !== '' && text === '') return [''];
  const parts: string[] = [];
  let [begin, end] = [0, 0];
  for (const match of matches(expression, text, count)) {
    if (count > 0 && parts.length === count - 1) break;
    end = match.from;
    if (match.to !== 0) parts.push(text.slice(begin, end));
    begin = match.to;
  }
  return end === text.length ? parts : [...parts, text.slice(begin)];
}
