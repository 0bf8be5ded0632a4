/** Keys that work on every page: off in fields, and where settings say so (WCAG 2.1.4). */

export type Shortcut = { keys: string; does: string };

/** In the order of the list that `?` shows. */
export const shortcuts: readonly Shortcut[] = [
  { keys: '/', does: 'Find' },
  { keys: 'g t', does: 'Go to tasks' },
  { keys: 'g r', does: 'Go to runs' },
  { keys: 'g m', does: 'Go to templates' },
  { keys: 'g o', does: 'Go to operations' },
  { keys: 'j', does: 'Next row' },
  { keys: 'k', does: 'Previous row' },
  { keys: 'Enter', does: 'Open the row' },
  { keys: 'x', does: 'Select the row' },
  { keys: 'n', does: 'New task' },
  { keys: 'e', does: 'Edit the task' },
  { keys: 'r', does: 'Open the form to run the task, or the run again' },
  { keys: 'l', does: 'Go to the log of the run' },
  { keys: '?', does: 'Show this list' },
  { keys: 'Esc', does: 'Close' },
];

const chordMs = 1000;

/** Reads keys in turn: a chord such as `g t` is whole when its second key comes within a second. Returns which shortcut it was. */
export function keyReader(): (key: string, atMs: number) => string | null {
  let first: { key: string; atMs: number } | null = null;
  const starts = new Set(
    shortcuts
      .map(({ keys }) => keys)
      .filter((keys) => keys.includes(' '))
      .map((keys) => keys[0]),
  );
  return (key, atMs) => {
    const chord = first !== null && atMs - first.atMs <= chordMs ? `${first.key} ${key}` : null;
    first = null;
    if (chord !== null && shortcuts.some(({ keys }) => keys === chord)) return chord;
    if (starts.has(key)) {
      first = { key, atMs };
      return null;
    }
    return shortcuts.some(({ keys }) => keys === key) ? key : null;
  };
}
