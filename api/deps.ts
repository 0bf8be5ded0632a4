/** What the API is made of; `bin/` supplies it. */
import type { Logger } from 'pino';
import type { Db } from '../db/pool';
import type { Engine } from '../engines/engine';
import type { Renderer } from '../templates/renderer';
import type { RunClient } from '../workflows/client';
import type { News } from './news';
import type { Streams } from './streams';

export type ApiDeps = {
  db: Db;
  engines: ReadonlyMap<string, Engine>;
  runs: Pick<
    RunClient,
    'start' | 'cancel' | 'report' | 'setPickup' | 'stopRuns' | 'ensureDelivery' | 'requireTemporal'
  >;
  templates: Pick<Renderer, 'check' | 'render'>;
  /** Null where images are not checked. */
  isImageMissing: ((image: string) => Promise<boolean>) | null;
  news: News;
  streams: Streams;
  log: Logger;
  settings: {
    version: string;
    mode: string;
    baseUri: string;
    ownerVariable: string;
    defaultEngine: string;
    deadlineSeconds: number;
    stopGraceSeconds: number;
    maxBodyBytes: number;
    /** Browsers may ask from there; `*`: from everywhere. */
    corsOrigins: readonly string[];
    /** The header in which the proxy in front says who asks; empty: nobody is known. */
    callerHeader: string;
    /** Callers by that header who see the values of all variables. */
    secretsVisibleTo: readonly string[];
    /** The page of all workflows in the Temporal UI, without a slash at its end; null where nobody knows of one. */
    workflowsUrl: string | null;
    /** Where the web UI's files are; null where they were not built. */
    uiFolder: string | null;
  };
};
