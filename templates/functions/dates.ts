/** Sprig's dates, with Go's layouts. The present is given from outside; the local time zone is UTC. */
import { isOpaque, TemplateError, type Opaque, type Value } from '../value';
import { define, variadic, type Functions } from './define';

type Time = Opaque & { ms: number };
/** A moment as a clock on a wall shows it. */
type Wall = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  weekday: number;
  offsetMinutes: number;
  zone: string;
};

const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const html = '2006-01-02';

export function dates(nowMs: number): Functions {
  const timeOf = (value: Value): number => {
    if (value !== null && isOpaque(value) && value.ms !== undefined) return value.ms;
    return typeof value === 'bigint' ? Number(value) * 1000 : nowMs;
  };
  const inZone = define(['string', 'any', 'string'], (layout, value, zone) =>
    write(layout, wallOf(timeOf(value), zone)),
  );
  const modify = define(['string', 'time'], (by, { ms }) => timeValue(ms + (durationMs(by) ?? 0)));
  return {
    now: define([], () => timeValue(nowMs)),
    date: define(['string', 'any'], (layout, value) => write(layout, wallOf(timeOf(value), 'UTC'))),
    dateInZone: inZone,
    date_in_zone: inZone,
    dateModify: modify,
    date_modify: modify,
    htmlDate: define(['any'], (value) => write(html, wallOf(timeOf(value), 'UTC'))),
    htmlDateInZone: define(['any', 'string'], (value, zone) => write(html, wallOf(timeOf(value), zone))),
    unixEpoch: define(['time'], ({ ms }) => String(Math.floor(ms / 1000))),
    toDate: define(['string', 'string'], (layout, text) => timeValue(read(layout, text) ?? zeroMs)),
    ago: define(['any'], (value) => durationText(Math.round((nowMs - timeOf(value)) / 1000))),
  };
}

/** Go's zero time. */
const zeroMs = new Date(0).setUTCFullYear(1, 0, 1);

function timeValue(ms: number): Time {
  const wall = wallOf(ms, 'UTC');
  const text = write('2006-01-02 15:04:05.999 -0700 MST', wall);
  const { year, day, hour, minute, second } = wall;
  const counts = { Year: year, Day: day, Hour: hour, Minute: minute, Second: second, Unix: Math.floor(ms / 1000) };
  const format = variadic(['string'], 'any', (layout) => write(layout, wall)).run as (...args: Value[]) => Value;
  const methods = new Map<string, (...args: Value[]) => Value>([
    ...Object.entries(counts).map(([name, count]): [string, () => Value] => [name, () => BigInt(count)]),
    ['Format', format],
    ['String', () => text],
    ['UTC', () => timeValue(ms)],
  ]);
  return { type: 'time.Time', text, methods, ms };
}

/** Throws TemplateError for what JavaScript has no date for; Go's years go on for some thousand times as long. */
function wallOf(ms: number, zone: string): Wall {
  const offsetMinutes = ['', 'UTC', 'Local'].includes(zone) ? 0 : offsetOf(ms, zone);
  const shifted = new Date(ms + (offsetMinutes ?? 0) * 60_000);
  if (Number.isNaN(shifted.getTime())) throw new TemplateError('the time is further than 273000 years from 1970');
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    ms: shifted.getUTCMilliseconds(),
    weekday: shifted.getUTCDay(),
    offsetMinutes: offsetMinutes ?? 0,
    zone: offsetMinutes === null || zone === '' || zone === 'Local' ? 'UTC' : zoneName(ms, zone),
  };
}

/** Null for a zone that there is not. */
function offsetOf(ms: number, zone: string): number | null {
  const name = zonePart(ms, zone, 'longOffset');
  if (name === null) return null;
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d*)/.exec(name) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

/** Where no letters are usual, the offset. */
function zoneName(ms: number, zone: string): string {
  const name = zonePart(ms, zone, 'short') ?? 'UTC';
  const [, sign, hours = '', minutes = ''] = /^GMT([+-])(\d+):?(\d*)$/.exec(name) ?? [];
  return sign === undefined ? name : `${sign}${hours.padStart(2, '0')}${minutes}`;
}

function zonePart(ms: number, timeZone: string, timeZoneName: 'longOffset' | 'short'): string | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(ms);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? null;
  } catch {
    return null;
  }
}

/** The parts of Go's reference time, longest first: Mon Jan 2 15:04:05 MST 2006. */
const layoutPattern =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|002|01|02|03|04|05|06|__2|_2(?!006)|15|PM|pm|-07:00|-0700|-07|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?!\d)|[1-5]/g;

function write(layout: string, wall: Wall): string {
  return layout.replace(layoutPattern, (part) => writePart(part, wall));
}

const two = (count: number): string => String(count).padStart(2, '0');

function writePart(part: string, wall: Wall): string {
  const hour12 = wall.hour % 12 === 0 ? 12 : wall.hour % 12;
  const month = months[wall.month - 1] ?? '';
  const weekday = weekdays[wall.weekday] ?? '';
  const dayOfYear =
    Math.round((Date.UTC(wall.year, wall.month - 1, wall.day) - Date.UTC(wall.year, 0, 1)) / 86_400_000) + 1;
  const parts: Record<string, string> = {
    ...{ January: month, Jan: month.slice(0, 3), Monday: weekday, Mon: weekday.slice(0, 3), MST: wall.zone },
    ...{
      '2006': `${wall.year < 0 ? '-' : ''}${String(Math.abs(wall.year)).padStart(4, '0')}`,
      '06': two(Math.abs(wall.year) % 100),
      '01': two(wall.month),
      '1': String(wall.month),
    },
    ...{ '02': two(wall.day), _2: String(wall.day).padStart(2), '2': String(wall.day) },
    ...{ '002': String(dayOfYear).padStart(3, '0'), __2: String(dayOfYear).padStart(3) },
    ...{
      '15': two(wall.hour),
      '03': two(hour12),
      '3': String(hour12),
      '04': two(wall.minute),
      '4': String(wall.minute),
    },
    ...{ '05': two(wall.second), '5': String(wall.second) },
    ...{ PM: wall.hour < 12 ? 'AM' : 'PM', pm: wall.hour < 12 ? 'am' : 'pm' },
  };
  return parts[part] ?? (/[.,]/.test(part) ? fraction(part, wall.ms) : offset(part, wall.offsetMinutes));
}

function fraction(part: string, ms: number): string {
  const digits = String(ms)
    .padStart(3, '0')
    .padEnd(9, '0')
    .slice(0, part.length - 1);
  const kept = part.includes('9') ? digits.replace(/0+$/, '') : digits;
  return kept === '' ? '' : part.slice(0, 1) + kept;
}

function offset(part: string, minutes: number): string {
  if (part.startsWith('Z') && minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  const tail = part.length <= 3 ? '' : `${part.includes(':') ? ':' : ''}${two(size % 60)}`;
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${tail}`;
}

const shortMonths = months.map((month) => month.slice(0, 3));
const shortWeekdays = weekdays.map((day) => day.slice(0, 3));

/** What a part of a layout reads: an expression, and what it says of the time. */
const readers: Record<string, [pattern: string, set: (wall: Partial<Wall>, text: string) => void]> = {
  '2006': ['\\d{4}', (wall, text) => (wall.year = Number(text))],
  '06': ['\\d{2}', (wall, text) => (wall.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000))],
  '01': ['\\d{2}', (wall, text) => (wall.month = Number(text))],
  '1': ['\\d{1,2}', (wall, text) => (wall.month = Number(text))],
  January: [months.join('|'), (wall, text) => (wall.month = months.indexOf(text) + 1)],
  Jan: [shortMonths.join('|'), (wall, text) => (wall.month = shortMonths.indexOf(text) + 1)],
  '02': ['\\d{2}', (wall, text) => (wall.day = Number(text))],
  _2: [' ?\\d{1,2}', (wall, text) => (wall.day = Number(text))],
  '2': ['\\d{1,2}', (wall, text) => (wall.day = Number(text))],
  '15': ['\\d{1,2}', (wall, text) => (wall.hour = Number(text))],
  '03': ['\\d{2}', (wall, text) => (wall.hour = Number(text))],
  '3': ['\\d{1,2}', (wall, text) => (wall.hour = Number(text))],
  '04': ['\\d{2}', (wall, text) => (wall.minute = Number(text))],
  '4': ['\\d{1,2}', (wall, text) => (wall.minute = Number(text))],
  '05': ['\\d{2}(?:\\.\\d+)?', readSeconds],
  '5': ['\\d{1,2}(?:\\.\\d+)?', readSeconds],
  PM: ['AM|PM', (wall, text) => (wall.zone = text)],
  Monday: [weekdays.join('|'), () => undefined],
  Mon: [shortWeekdays.join('|'), () => undefined],
  MST: ['[A-Z]{3,5}', () => undefined],
};

function readSeconds(wall: Partial<Wall>, text: string): void {
  wall.second = Math.floor(Number(text));
  wall.ms = Math.round((Number(text) % 1) * 1000);
}

/** Null where the text is not of that layout, or no such day. */
function read(layout: string, text: string): number | null {
  const parts = layout.match(layoutPattern) ?? [];
  const literals = layout
    .split(layoutPattern)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ +/g, '(?: +|$)'));
  const patterns = parts.map(
    (part) => readers[part]?.[0] ?? (/[.,]/.test(part) ? '(?:[.,]\\d+)?' : 'Z|[+-]\\d\\d(?::?\\d\\d)?'),
  );
  const whole = literals.map((literal, n) => literal + (patterns[n] === undefined ? '' : `(${patterns[n]})`)).join('');
  const found = new RegExp(`^${whole}$`).exec(text);
  if (found === null) return null;
  const wall: Partial<Wall> = {};
  for (const [n, part] of parts.entries()) {
    const value = found[n + 1] ?? '';
    const reader = readers[part];
    if (reader !== undefined) reader[1](wall, value);
    else if (/[.,]/.test(part)) wall.ms = Math.round(Number(value.replace(',', '.') || 0) * 1000);
    else wall.offsetMinutes = minutesOf(value);
  }
  const { year = 0, month = 1, day = 1, minute = 0, second = 0, ms = 0, offsetMinutes = 0, zone } = wall;
  const hour = zone === undefined ? (wall.hour ?? 0) : ((wall.hour ?? 0) % 12) + (zone === 'PM' ? 12 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? date.getTime() - offsetMinutes * 60_000 : null;
}

function minutesOf(text: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

/** Go counts a duration in nanoseconds, as an int of 64 bits. */
const maxDurationMs = 2 ** 63 / 1e6;

/** Null for what is no duration, or too long to be one. */
function durationMs(text: string): number | null {
  if (text === '0') return 0;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+)([a-zµ]+)/g)];
  const sum = parts.reduce((ms, [, count, unit]) => ms + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
  if (sum >= maxDurationMs) return null;
  return text.startsWith('-') ? -sum : sum;
}

/** Of what is too long, the longest that there is. */
function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size * 1000 >= maxDurationMs) return seconds < 0 ? '-2562047h47m16.854775808s' : '2562047h47m16.854775807s';
  const [hours, minutes] = [Math.floor(size / 3600), Math.floor(size / 60) % 60];
  const text = `${hours > 0 ? `${hours}h` : ''}${size >= 60 ? `${minutes}m` : ''}${size % 60}s`;
  return seconds < 0 ? `-${text}` : text;
}
