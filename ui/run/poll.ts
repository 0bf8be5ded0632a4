/** How often the page of a run asks by itself. */

const everyMs = 5000;

/** In ms; false: news come by the stream, or there will be none. What could not be read is asked for again, stream or not. */
export function pollMs(of: { isLive: boolean; isOver: boolean; hasFailed: boolean }): number | false {
  return of.isOver || (of.isLive && !of.hasFailed) ? false : everyMs;
}
