/** Stops of many runs that this tab has asked for and that somebody still wants to see, by id: a reload forgets none. */

const maxKept = 10;

/** Of what storage has. */
export function stopsFrom(text: string | null): string[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string').slice(-maxKept) : [];
  } catch {
    return [];
  }
}

/** So many may be stopped without being counted aloud. */
const unasked = 50;

/** What has to be typed before so many are stopped; null where nothing. */
export function askedFor(total: number): string | null {
  return total > unasked ? String(total) : null;
}

/** Whether what was typed is the number: with or without the marks that numbers are shown with. */
export function isTyped(typed: string, total: number): boolean {
  return typed.replace(/[\s.,'’\u00a0\u202f]/g, '') === String(total);
}
