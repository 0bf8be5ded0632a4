/** All activities, bound to what they need. A worker registers each group on its own task queue. */
import type { Logger } from 'pino';
import type { Db } from '../db/pool';
import type { Engine } from '../engines/engine';
import type { RunClient } from '../workflows/client';
import { createObserve } from './observe';
import { createPoll } from './poll';
import type { Post } from './post';
import { createProjection } from './projection';
import { createReconcile } from './reconcile';
import { createStop } from './stop';
import { createStopRuns } from './stop-runs';
import { createSubmit } from './submit';
import { createWebhooks } from './webhooks';

export type Deps = {
  db: Db;
  engines: ReadonlyMap<string, Engine>;
  runs: RunClient;
  /** Sends the requests of webhooks. */
  post: Post;
  log: Logger;
};

/** On the engine's queue for starts. */
export const createSubmitActivities = (deps: Deps) => createSubmit(deps);

/** On the engine's queue: all that touches a backend; starts, too, of runs that an older version put there. */
export const createEngineActivities = (deps: Deps) => ({
  ...createSubmit(deps),
  ...createPoll(deps),
  ...createStop(deps),
  ...createObserve(deps),
});
export type EngineActivities = ReturnType<typeof createEngineActivities>;

/** On the main queue: what touches only the database and Temporal. */
export const createProjectionActivities = (deps: Deps) => ({
  ...createProjection(deps),
  ...createReconcile(deps),
  ...createWebhooks(deps),
  ...createStopRuns(deps),
});
export type ProjectionActivities = ReturnType<typeof createProjectionActivities>;
