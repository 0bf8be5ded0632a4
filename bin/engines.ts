/** The engines of an installation, as its configuration names them. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../conf/schema';
import type { Db } from '../db/pool';
import type { Engine } from '../engines/engine';
import { createLocalEngine } from '../engines/local';
import type * as Ecs from './ecs-engine';
import type * as Eks from './eks-engine';
import { absolute } from './parts';

export type Engines = {
  /** In the order of the configuration: the first is the default. */
  engines: ReadonlyMap<string, Engine>;
  /** Which driver runs local jobs; null where none are run. */
  driver: 'docker' | 'process' | null;
  /** Why local jobs cannot begin for now. */
  trouble: string | null;
};

// Loaded where they are configured: the clients of Kubernetes and AWS take a process longer than all of its other modules.
/* eslint-disable @typescript-eslint/no-require-imports */
const loadEks = (): typeof Eks => require('./eks-engine') as typeof Eks;
const loadEcs = (): typeof Ecs => require('./ecs-engine') as typeof Ecs;
/* eslint-enable @typescript-eslint/no-require-imports */

/** Throws ConfigError where settings do not fit together. */
export async function openEngines(config: Config, db: Db, log: Logger): Promise<Engines> {
  const engines = new Map<string, Engine>();
  let driver: Engines['driver'] = null;
  let trouble: string | null = null;
  for (const name of config.engines) {
    switch (name) {
      case 'local': {
        const local = await createLocalEngine({
          driver: config.local.driver,
          clusters: config.local.clusters,
          folder: join(absolute(config.dev.data_folder), 'attempts'),
          keepSeconds: config.local.keep_seconds,
        });
        ({ driver, trouble } = local);
        if (trouble !== null) log.warn(trouble);
        engines.set(name, local.engine);
        break;
      }
      case 'eks':
        engines.set(name, loadEks().eksEngine(config, log));
        break;
      case 'ecs':
        engines.set(name, loadEcs().ecsEngine(config, db, log));
    }
  }
  return { engines, driver, trouble };
}
