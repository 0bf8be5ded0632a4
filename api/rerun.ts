/** Executions like an earlier run: what the request does not say is as it was there (ui.md C5). */
import { runById, type Run } from '../db/run';
import { parentVariable, reservedEnv } from '../domain/job';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { fromRunOf, launchFromWire, launchLikeFromWire, type Launch } from './wire/run';

/** The run that a request's body names as `from_run`; null where it names none. Throws RequestError 400. */
export async function originOf({ db }: ApiDeps, body: unknown): Promise<Run | null> {
  const runId = fromRunOf(body);
  if (runId === null) return null;
  const found = await runById(db, runId);
  if (found === null) throw new RequestError(400, `from_run ${runId} was not found`, 'from_run');
  return found;
}

/** `isAsItRan`: of the same revision, so that command and retries are the run's, too. Who starts it, and for whom, are not. */
export function launchLike({ settings }: ApiDeps, origin: Run, body: unknown, isAsItRan: boolean): Launch {
  const { mode, baseUri, ownerVariable } = settings;
  const reserved = reservedEnv({ mode, baseUri, ownerVariable, runId: origin.runId, owner: origin.user });
  const injected = new Set([...reserved.map(({ name }) => name), parentVariable]);
  const env = origin.env.filter(({ name }) => !injected.has(name));
  // An answer had masked what looks like a secret: whoever starts the run from it has only that.
  return launchFromWire(launchLikeFromWire(body, { ...origin, env }, isAsItRan), 'v4', env);
}
