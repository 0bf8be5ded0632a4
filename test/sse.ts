/** A client of our streams of server-sent events, which comes back where it was when it is told to. */
import { fetchJudged } from './judge';
import { until } from './stack';

export type Frame = { id: string | null; event: string; data: Record<string, unknown> };

export type Stream = {
  status: number;
  frames: Frame[];
  /** Whether the server has ended it, or it was cut off. */
  isOver: () => boolean;
  /** Hangs up. */
  stop: () => void;
  /** Waits, at most `seconds`, for a frame. */
  has: (what: string, which: (frame: Frame) => boolean, seconds?: number) => Promise<Frame>;
  /** Waits, at most `seconds`, until it is over. */
  ends: (seconds?: number) => Promise<void>;
};

export async function openStream(
  url: string,
  lastId: string | null = null,
  more: Record<string, string> = {},
): Promise<Stream> {
  const hangUp = new AbortController();
  const headers = { ...(lastId === null ? {} : { 'Last-Event-ID': lastId }), ...more };
  const response = await fetchJudged(url, { headers, signal: hangUp.signal });
  const frames: Frame[] = [];
  let isOver = false;
  void read(response, frames)
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  return {
    status: response.status,
    frames,
    isOver: () => isOver,
    stop: () => {
      hangUp.abort();
    },
    has: (what, which, seconds = 60) => until(what, () => Promise.resolve(frames.find(which) ?? null), seconds),
    ends: async (seconds = 60) => {
      await until('the stream is over', () => Promise.resolve(isOver ? true : null), seconds);
    },
  };
}

async function read(response: Response, frames: Frame[]): Promise<void> {
  if (response.body === null) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const lines = new Map(part.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      const event = lines.get('event');
      if (event === undefined) continue;
      const data = JSON.parse(lines.get('data') ?? '{}') as Record<string, unknown>;
      frames.push({ id: lines.get('id') ?? null, event, data });
    }
  }
}

/** The last place that a stream has told. */
export function lastIdOf(frames: Frame[]): string | null {
  return frames.findLast(({ id }) => id !== null)?.id ?? null;
}
