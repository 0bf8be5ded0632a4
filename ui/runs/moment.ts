/** Moments as a form has them: the wall clock of the chosen zone, `2026-01-31T12:00`. */

const partsOf = (at: number, zone: string): string => {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...(zone === 'browser' ? {} : { timeZone: zone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const year = parts['year']?.padStart(4, '0');
  return `${year}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}`;
};

/** `at`: milliseconds since the epoch. To the minute. */
export function wallOf(at: number, zone: string): string {
  return partsOf(at, zone).slice(0, 16);
}

/** A year that is being typed is 0002, then 0020: no run is that old. */
const firstYear = 1970;

/** As the API takes it; null for what is no moment. Where a clock was turned back, the earlier; where it was turned on, what follows. */
export function momentOf(wall: string, zone: string): string | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc) || new Date(asUtc).getUTCFullYear() < firstYear) return null;
  const offsetAt = (at: number): number => Date.parse(`${partsOf(at, zone)}Z`) - Math.floor(at / 1000) * 1000;
  // The offsets of a day before and a day after are all that there may be.
  const candidates = [offsetAt(asUtc - 86_400_000), offsetAt(asUtc + 86_400_000)].map((offset) => asUtc - offset);
  const found = candidates.filter((at) => wallOf(at, zone) === wall.slice(0, 16));
  return new Date(found.length > 0 ? Math.min(...found) : (candidates[0] ?? asUtc)).toISOString();
}
