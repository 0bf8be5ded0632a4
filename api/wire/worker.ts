/** Workers on the wire: the original's knobs for how much of which work is done (rest-and-data.md §2.7). */
import type { WorkerCount } from '../../db/worker';
import { foldKeys } from '../body';
import { noEngine } from '../engine';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { shape } from './answer';

export const workerTypes = ['retry', 'submit', 'status'] as const;
/** What an installation begins with. */
const defaultCount = 1;
const maxInt = 2147483647;
const maxWorkers = 100;

const properties = {
  worker_type: { type: 'string', description: 'One of retry, submit, status' },
  count_per_instance: { type: 'integer', minimum: 0, maximum: maxInt, description: '0 for submit pauses pickup' },
  engine: { type: 'string', description: 'Left out: all engines' },
} as const;

export const workerBody = { type: 'object', properties, required: ['count_per_instance'] } as const;
export const workersBody = {
  type: 'array',
  maxItems: maxWorkers,
  items: { type: 'object', properties, required: ['worker_type', 'count_per_instance'] },
} as const;

type WireWorker = { worker_type?: string; count_per_instance: number; engine?: string };

const checkOne = checker<WireWorker>(workerBody);
const checkMany = checker<(WireWorker & { worker_type: string })[]>(workersBody);

/** Throws RequestError 400 for whatever is no worker type. */
export function workerType(type: string): (typeof workerTypes)[number] {
  const found = workerTypes.find((one) => one === type);
  if (found !== undefined) return found;
  const valid = workerTypes.join(' ');
  throw new RequestError(
    400,
    `Worker type: [${type}] is not a valid worker type; valid types: [${valid}]`,
    'worker_type',
  );
}

/** One for each engine that is meant; without `engine`, for all. */
export function workerFromWire(type: string, body: unknown, engines: readonly string[]): WorkerCount[] {
  return countsOf(type, checkOne(foldKeys(body ?? {})), engines);
}

export function workersFromWire(body: unknown, engines: readonly string[]): WorkerCount[] {
  if (!Array.isArray(body)) throw new RequestError(400, 'The body must be a JSON array');
  const counts = checkMany(body.map(foldKeys)).flatMap((wire) => countsOf(wire.worker_type, wire, engines));
  // The last of several that mean the same counts, as in the original.
  return [...new Map(counts.map((one) => [`${one.type} ${one.engine}`, one])).values()];
}

function countsOf(
  type: string,
  { count_per_instance: count, engine }: WireWorker,
  engines: readonly string[],
): WorkerCount[] {
  const known = workerType(type);
  if (engine !== undefined && engine !== '' && !engines.includes(engine)) throw noEngine(engine, engines);
  if (count === 0 && known !== 'submit') {
    throw new RequestError(
      400,
      `Workers of type ${known} cannot be switched off: only submit can, which pauses pickup`,
    );
  }
  const meant = engine === undefined || engine === '' ? engines : [engine];
  return meant.map((name) => ({ type: known, engine: name, count }));
}

/** Each type of each engine once, stored or not. */
export function allWorkers(stored: readonly WorkerCount[], engines: readonly string[]): WorkerCount[] {
  return engines.flatMap((engine) =>
    workerTypes.map(
      (type) =>
        stored.find((one) => one.type === type && one.engine === engine) ?? { type, engine, count: defaultCount },
    ),
  );
}

export function workerToWire({ type, engine, count }: WorkerCount): Record<string, unknown> {
  return { worker_type: type, count_per_instance: count, engine };
}

export const workerAnswer = shape({
  worker_type: { enum: workerTypes },
  count_per_instance: { type: 'integer', minimum: 0, description: 'How many there shall be; 0: pickup is paused' },
  engine: { type: 'string', examples: ['local'] },
});
