/** Engine `local`: containers of this machine's Docker engine, or plain processes where there is none. */
import Docker from 'dockerode';
import { setTimeout as timeout } from 'node:timers/promises';
import type { Engine } from '../engine';
import { createDockerEngine } from './docker';
import { createProcessEngine } from './process';

export type LocalOptions = {
  driver: 'auto' | 'docker' | 'process';
  clusters: string[];
  /** Where the process driver keeps its attempts. */
  folder: string;
  keepSeconds: number;
};

/** `trouble`: why none of its runs can begin for now; null where nothing is known of that. */
export type LocalEngine = { engine: Engine; driver: 'docker' | 'process'; trouble: string | null };

const noDocker = 'No Docker engine answers (local.driver is docker): runs of engine local wait until one does';

const pingMs = 2000;

/** `auto` takes Docker where its engine answers (`DOCKER_HOST`, else the usual socket). */
export async function createLocalEngine(options: LocalOptions): Promise<LocalEngine> {
  const docker = new Docker();
  const isThere = options.driver !== 'process' && (await answers(docker));
  const driver = options.driver === 'auto' ? (isThere ? 'docker' : 'process') : options.driver;
  const { clusters, folder, keepSeconds } = options;
  switch (driver) {
    case 'docker':
      return {
        driver,
        engine: createDockerEngine({ docker, clusters, keepSeconds }),
        trouble: isThere ? null : noDocker,
      };
    case 'process':
      return { driver, engine: createProcessEngine({ folder, clusters, keepSeconds }), trouble: null };
  }
}

async function answers(docker: Docker): Promise<boolean> {
  try {
    await Promise.race([docker.ping(), timeout(pingMs, null, { ref: false }).then(() => Promise.reject(new Error()))]);
    return true;
  } catch {
    return false;
  }
}
