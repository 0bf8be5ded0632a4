/** Whether an image is known to be missing: answers are kept for a while, and trouble is told but hinders nobody. */
import { LRUCache } from 'lru-cache';
import type { Answer } from './answer';
import { imageNameFrom, type ImageName } from './name';

const maxAnswers = 1000;
/** An image that was missing may just have been pushed. */
const keptMs: Record<Answer['kind'], number> = { found: 600_000, missing: 30_000, unknown: 30_000 };
const quietMs = 60_000;

export type ImageCheckDeps = {
  /** Never rejects. */
  ask: (name: ImageName) => Promise<Answer>;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Called at most once in `quietMs`. */
  warn: (image: string, why: string) => void;
};

/** True only where its registry says so. Whoever asks for the same image at once waits for the same answer. */
export function createImageCheck({ ask, now, warn }: ImageCheckDeps): (image: string) => Promise<boolean> {
  let quietUntil = -Infinity;
  const answers = new LRUCache<string, Answer, ImageName>({
    max: maxAnswers,
    ttl: keptMs.unknown,
    ttlResolution: 0,
    perf: { now },
    // Who waits gets its answer, even if others have taken its place meanwhile.
    ignoreFetchAbort: true,
    fetchMethod: async (key, _, { options, context }) => {
      const answer = await ask(context);
      options.ttl = keptMs[answer.kind];
      if (answer.kind === 'unknown' && now() >= quietUntil) {
        quietUntil = now() + quietMs;
        warn(key, answer.why);
      }
      return answer;
    },
  });

  return async (image) => {
    const name = imageNameFrom(image);
    // What is no name is the engine's to refuse, in its own words.
    if (name === null) return false;
    const separator = name.reference.includes(':') ? '@' : ':';
    const key = `${name.registry}/${name.repository}${separator}${name.reference}`;
    return (await answers.fetch(key, { context: name }))?.kind === 'missing';
  };
}
