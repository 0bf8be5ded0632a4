/** Idempotence keys: the same request sent again with its key gets the run that the first one got. */
import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { keyed, type RequestKey } from '../db/idempotence';
import { runById, type Run } from '../db/run';
import { foldKeys, requireStorable } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';

const header = 'Idempotency-Key';
/** Says in an answer that it tells of an earlier request's run; the name is Stripe's. */
const replayHeader = 'Idempotent-Replayed';
const maxKeyLength = 255;

/** Null where the request has none. `named`: the key in its body. */
export function requestKeyOf(ctx: Context, body: unknown, named: string | null): RequestKey | null {
  const [sent] = [ctx.headers[header.toLowerCase()]].flat();
  const inHeader = sent === undefined ? null : unquoted(sent);
  if (inHeader !== null && (inHeader === '' || inHeader.length > maxKeyLength)) {
    throw new RequestError(400, `${header} must have 1 to ${maxKeyLength} characters`, header);
  }
  if (inHeader !== null && named !== null && inHeader !== named) {
    throw new RequestError(400, `${header} and idempotence_key differ: send one of them`, 'idempotence_key');
  }
  const key = inHeader ?? named;
  if (key === null) return null;
  requireStorable(key);
  return { key, requestHash: hashOf(ctx, body) };
}

/** The run that the key stands for. Throws RequestError 422 where it was used for something else; null: for nothing yet. */
export async function replayed({ db }: ApiDeps, { key, requestHash }: RequestKey): Promise<Run | null> {
  const known = await keyed(db, key);
  if (known === null) return null;
  if (known.requestHash !== requestHash) {
    const { runId } = known;
    const sentence = `Idempotence key ${key} was used with another request, which started ${runId}`;
    throw new RequestError(422, sentence, [], { run_id: runId });
  }
  return runById(db, known.runId);
}

export function tellReplay(ctx: Context): void {
  ctx.set(replayHeader, 'true');
}

/** RFC 8941, as the header's draft has it, writes strings in quotes; Stripe's clients write none. */
function unquoted(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ?? text;
}

/** Of what was asked for, however its fields are ordered and wherever its key was. */
function hashOf(ctx: Context, body: unknown): string {
  const asked = { ...(foldKeys(body) as object), idempotence_key: undefined };
  return createHash('sha256')
    .update(JSON.stringify([ctx.path, sorted({ ...ctx.query }), sorted(asked)]))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
