/** Calls to Docker: each has a limit, so that one that hangs holds up nothing else; what an error of Docker means. */
import { refusal, sentence } from './docker-outcome';

/** For what Docker answers out of its memory. */
export const answerMs = 15_000;
/** For what it needs disks, processes or a network for. */
export const workMs = 60_000;

/** Docker may be at work or hang: it did not say. */
export class NoAnswer extends Error {}

/** Makes a call and gives it up after `limitMs`. A late answer is dropped: what it did is found by the next look. */
export async function within<T>(
  limitMs: number,
  what: string,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // The race is for calls of dockerode that drop the signal.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new NoAnswer(`Docker did not answer within ${limitMs / 1000} s: ${what}`);
      reject(error);
      limit.abort(error);
    }, limitMs);
  });
  try {
    return await Promise.race([call(limit.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Docker's answer as an outcome; anything that is not the job's fault is thrown. */
export function refusalOf(error: unknown, image: string, doing: 'pull' | 'create') {
  const message = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  // Without an answer of the engine (socket gone) it is the engine's own trouble; a pull's stream has no status.
  if (status === null && doing === 'create') throw error;
  const outcome = refusal(image, doing, status ?? 0, message);
  if (outcome === null) throw new Error(sentence(message));
  return outcome;
}

export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}
