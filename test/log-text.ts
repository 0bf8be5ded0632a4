/** A page of a log as people read it. */
import type { LogPage } from '../engines/engine';

export function textOf(page: LogPage | null): string {
  return (page?.lines ?? []).map(({ text }) => text).join('\n');
}
