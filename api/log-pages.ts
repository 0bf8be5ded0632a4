/** A run's log in pages: its attempts' output, one after the other, each line with its number in its attempt. */
import type { LogLine, LogPage } from '../engines/engine';

/** Where a reader is. */
export type LogPlace = {
  /** 0: before the first. */
  attempt: number;
  /** How many whole lines of it are told; null where the reader's cursor is of a time when they were not counted. */
  told: number | null;
  /** Something of the next line is told already. */
  isWithinLine: boolean;
  /** The engine's own. */
  cursor: string;
};

/** `isGone`: of an attempt's output, where there was any, nothing is kept. */
export type RunLogPage = { lines: LogLine[]; from: LogPlace; to: LogPlace; isGone?: true };

export type ReadLog = (attempt: number, cursor: string) => Promise<LogPage>;

/** `<attempt>:<lines>:<the engine's own>`, with a `+` after the lines within one; without the lines where they are not known. */
export function placeFrom(cursor: string): LogPlace {
  const [, attempt = '0', lines, within, own = ''] = /^(\d{1,6}):(?:(\d{1,15})(\+?):)?(.*)$/s.exec(cursor) ?? [];
  const told = lines === undefined ? (own === '' ? 0 : null) : Number(lines);
  return { attempt: Number(attempt), told, isWithinLine: within === '+', cursor: own };
}

export function cursorOf({ attempt, told, isWithinLine, cursor }: LogPlace): string {
  if (attempt === 0) return '';
  return told === null ? `${attempt}:${cursor}` : `${attempt}:${told}${isWithinLine ? '+' : ''}:${cursor}`;
}

/** What comes after a place, of one attempt; where that is nothing, `to` is the place from which more is to be asked for. */
export async function pageAfter(read: ReadLog, attempts: number[], after: LogPlace): Promise<RunLogPage> {
  let place = after;
  let isGone = false;
  for (const attempt of attempts.filter((one) => one >= after.attempt)) {
    if (attempt !== place.attempt) place = { attempt, told: 0, isWithinLine: false, cursor: '' };
    const page = await read(attempt, place.cursor);
    isGone ||= page.isGone === true;
    if (page.lines.length === 0 && page.cursor === place.cursor) continue;
    const from = page.isAnew === true ? { ...place, told: 0, isWithinLine: false } : place;
    return { lines: page.lines, from, to: behind(from, page) };
  }
  return { lines: [], from: place, to: place, ...(isGone ? { isGone } : {}) };
}

/** The whole log, page by page. */
export async function* wholeLog(read: ReadLog, attempts: number[]): AsyncGenerator<RunLogPage> {
  let place = placeFrom('');
  for (;;) {
    const page = await pageAfter(read, attempts, place);
    if (page.lines.length > 0) yield page;
    else if (cursorOf(page.to) === cursorOf(place)) return;
    place = page.to;
  }
}

function behind(from: LogPlace, { lines, isCut, cursor }: LogPage): LogPlace {
  if (lines.length === 0) return { ...from, cursor };
  const told = from.told === null ? null : from.told + lines.length - (isCut === true ? 1 : 0);
  return { ...from, told, isWithinLine: isCut === true, cursor };
}

/** With times, each line begins with its own and a blank; `-` stands for one that the backend does not tell. */
export function textOf({ lines, from }: RunLogPage, hasTimes: boolean): string {
  const texts = lines.map(({ time, text }, at) =>
    !hasTimes || (at === 0 && from.isWithinLine) ? text : `${time === '' ? '-' : time} ${text}`,
  );
  return texts.join('\n');
}
