/** Durations and times as texts. */
import { locale } from './locale';

/** `ms` never shows as negative: clocks differ. Such as `0.4 s`, `12 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', Math.floor(seconds % 60), 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** Such as `12 s ago`, `11 min ago`; ticks by the second under a minute, then by the minute. */
export function agoText(ms: number): string {
  const past = Math.max(0, ms);
  if (past < 1000) return 'just now';
  const stepMs = past < 60_000 ? 1000 : 60_000;
  return `${durationText(Math.floor(past / stepMs) * stepMs)} ago`;
}

const forms = {
  moment: { dateStyle: 'medium', timeStyle: 'medium' },
  /** Of a moment that is near. */
  clock: { timeStyle: 'medium' },
} as const;
type Form = keyof typeof forms;

/** Such as `31 Jan 2026, 10:04:10`. `zone`: `browser` or an IANA name. */
export function timeText(at: number, zone: string, form: Form = 'moment'): string {
  return formatterOf(zone, form).format(at);
}

/** The name of the zone that times are shown in, such as `Europe/Berlin`. */
export function zoneName(zone: string): string {
  return formatterOf(zone, 'moment').resolvedOptions().timeZone;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string, form: Form): Intl.DateTimeFormat {
  const key = `${form} ${zone}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = make(zone, form);
  formatters.set(key, made);
  return made;
}

function make(zone: string, form: Form): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, zone === 'browser' ? forms[form] : { ...forms[form], timeZone: zone });
  } catch {
    // A name that this browser does not know: its own zone is better than nothing.
    return new Intl.DateTimeFormat(locale, forms[form]);
  }
}
