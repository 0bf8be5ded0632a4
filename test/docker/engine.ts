/** The Docker engine that the tests use: the machine's own where one answers, else one of our own. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';

const script = join(__dirname, 'engine.sh');
const readyWithinMs = 180_000;
const waitStepMs = 100;
/** With a registry at hand. */
const publicImage = 'bash:5';

export type TestDocker = { host: string | null; image: string; stop: () => Promise<unknown> };

/** `host` is null where the usual socket serves. Throws with the reason where there is none. */
export async function startDocker(folder: string): Promise<TestDocker> {
  if (await answers()) {
    const docker = new Docker();
    const image = process.env['FLOTILLA_TEST_IMAGE'] ?? publicImage;
    const stream = await docker.pull(image);
    await new Promise((resolve) => {
      docker.modem.followProgress(stream, resolve);
    });
    return { host: process.env['DOCKER_HOST'] ?? null, image, stop: () => Promise.resolve() };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      'no Docker engine answers, and starting one of our own needs Linux and root: start Docker or set DOCKER_HOST',
    );
  }
  const dir = join(folder, 'docker');
  const engine = spawn(script, ['start', dir], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  // Not synchronous: the engine is our child, and gone only once we have heard of its end.
  const stop = (): Promise<unknown> => promisify(execFile)(script, ['stop', dir]);
  const deadline = Date.now() + readyWithinMs;
  while (!existsSync(join(dir, 'ready'))) {
    if (engine.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`the Docker engine of the tests does not start (exit ${engine.exitCode ?? 'none'})`);
    }
    await sleep(waitStepMs);
  }
  engine.unref();
  return { host: `unix://${join(dir, 'docker.sock')}`, image: 'flotilla.test/busybox:1', stop };
}

async function answers(): Promise<boolean> {
  try {
    await Promise.race([
      new Docker().ping(),
      sleep(2000, null, { ref: false }).then(() => Promise.reject(new Error())),
    ]);
    return true;
  } catch {
    return false;
  }
}
