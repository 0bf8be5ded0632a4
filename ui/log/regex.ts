/** Regular expressions whose time grows with the text alone, whatever is typed: those of RE2. They are loaded when they are asked for. */
import { RE2JS, RE2JSException } from 're2js';
import type { Pattern } from './search';

/**
 * Of a longer line, the rest is not searched. A character takes up to 60 ns for each step that the expression has been made into:
 * this is what keeps one look at one line within some ten milliseconds.
 */
const chars = { most: 100_000, least: 2000, steps: 500_000 };

/** Or why it is none. */
export function regexPattern(text: string, isCaseSensitive: boolean): Pattern | { error: string } {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(text, isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { error: `Not understood: ${error.message.replace('error parsing regexp: ', '').replace('`(?i)', '`')}` };
  }
  const most = Math.max(chars.least, Math.min(chars.most, chars.steps / compiled.programSize()));
  let matcher = compiled.matcher('');
  let of = '';
  return {
    isByLine: true,
    next: (line, from) => {
      const searched = line.slice(0, most);
      if (from > searched.length) return null;
      if (of !== line) {
        // Ten times as fast as to find a place, and most lines have none.
        if (from === 0 && !compiled.test(searched)) return null;
        [matcher, of] = [compiled.matcher(searched), line];
      }
      return matcher.find(from) ? [matcher.start(), matcher.end()] : null;
    },
  };
}
