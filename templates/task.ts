/** What the thread of templates is asked, and what it answers. Pure; takes as long as the template makes it. */
import { parseTemplate, render } from './render';
import { compileSchema } from './schema';
import { TemplateError } from './value';

/** A template's text, and the JSON Schema of what it may be filled with. */
export type Source = { text: string; schema: Record<string, unknown> };

export type Task = { source: Source; fill: { payload: Record<string, unknown>; nowMs: number } | null };

/** What the thread says first. */
export type Ready = { procFolder: string | null };

/** `faults` are sentences for whoever wrote the template or, with `isOfPayload`, the payload: `field: what is wrong with it`. */
export type Answer = { faults: string[]; isOfPayload?: true } | { command: string };

/** Longer templates are refused. */
export const maxTemplateBytes = 64 * 1024;
/** Linux takes no argument of a command of 128 KiB or more; the engines put a few words before it. */
export const maxCommandBytes = 120 * 1024;

export function answer({ source, fill }: Task): Answer {
  try {
    if (Buffer.byteLength(source.text) > maxTemplateBytes) {
      throw new TemplateError(`the template is longer than ${maxTemplateBytes} bytes`);
    }
    const faultsOf = compileSchema(source.schema);
    if (fill === null) {
      parseTemplate(source.text);
      // The faults of an empty payload are no faults of the template; a schema that checks nothing to its end is.
      faultsOf({});
      return { command: '' };
    }
    const faults = faultsOf(fill.payload);
    if (faults.length > 0) return { faults, isOfPayload: true };
    const command = render(source.text, fill.payload, { nowMs: fill.nowMs, maxOutputBytes: maxCommandBytes });
    if (command.trim() === '') throw new TemplateError('the template makes an empty command of this payload');
    if (!isStorable(command)) {
      throw new TemplateError('the template makes a command with NUL characters or broken Unicode of this payload');
    }
    return { command };
  } catch (error) {
    if (error instanceof TemplateError) return { faults: [error.message] };
    throw error;
  }
}

/** Neither the database nor a command takes NUL characters or halves of surrogate pairs. */
function isStorable(command: string): boolean {
  return !/\0|\p{Surrogate}/u.test(command);
}
