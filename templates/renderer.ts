/**
 * Renders templates in a thread of its own: whatever a template does, the process goes on answering. A task that takes too
 * long or too much memory ends with its thread; the next task gets another one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Line, type Rendered, type Waiting } from './line';
import type { Answer, Ready, Source, Task } from './task';

/** Ample: a usual template takes some milliseconds, and up to a second where fourteen processes wait for two cores. */
const taskMs = 3000;
/** What has had less of a processor by then is not slow, the machine is. A loop gets more, even where thirty wait for a core. */
const blamedCpuMs = 100;
const startMs = 30_000;
const memoryMb = 96;

export type Renderer = {
  /** Whether it is a template with a schema, and uses only what there is. */
  check(source: Source): Promise<Rendered>;
  render(source: Source, payload: Record<string, unknown>): Promise<Rendered>;
  close(): Promise<void>;
};

export function createRenderer(): Renderer {
  const line = new Line();
  let thread: Promise<Thread> | null = null;
  let isWorking = false;

  function ask(task: Task): Promise<Rendered> {
    const rendered = line.enter(task);
    if (!isWorking) void work();
    return rendered;
  }

  async function work(): Promise<void> {
    isWorking = true;
    while (line.length > 0) {
      let next: Waiting | undefined;
      try {
        const ready = await (thread ??= start());
        // Only now: who waits for the thread, too, waits no longer than he would for others.
        next = line.next();
        if (next !== undefined) await serve(ready, next);
      } catch (error) {
        const dead = thread;
        thread = null;
        await dead?.then(({ worker }) => worker.terminate()).catch(() => undefined);
        next ??= line.next();
        if (error instanceof Exceeded) next?.resolve({ faults: [error.message] });
        else if (error instanceof Starved) next?.resolve({ busy: true });
        else next?.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    isWorking = false;
  }

  async function serve(ready: Thread, { task, resolve }: Waiting): Promise<void> {
    const began = performance.now();
    try {
      resolve(await perform(ready, task));
    } finally {
      line.remember(task, performance.now() - began);
    }
  }

  /** A thread that ends between two tasks is not asked again. */
  function start(): Promise<Thread> {
    const started = startThread(() => {
      if (thread === started) thread = null;
    });
    return started;
  }

  return {
    check: (source) => ask({ source, fill: null }),
    render: (source, payload) => ask({ source, fill: { payload, nowMs: Date.now() } }),
    async close() {
      const last = thread;
      thread = null;
      await (await last)?.worker.terminate();
    },
  };
}

/** A limit that the template or its payload broke. */
class Exceeded extends Error {}

/** Nobody's fault: others had the processors. */
class Starved extends Error {}

type Thread = Ready & { worker: Worker };

/** It sees no environment: no template is to find a secret there. */
async function startThread(onEnd: () => void): Promise<Thread> {
  const worker = new Worker(join(__dirname, 'thread.ts'), {
    execArgv: ['--require', require.resolve('tsx/cjs')],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.unref();
  // For as long as it lives: an error that nobody listens to ends this process.
  worker.on('error', onEnd).on('exit', onEnd);
  const ready = await message(worker, startMs, () => {
    void worker.terminate();
    return new Error(`the thread of templates did not start within ${startMs} ms`);
  });
  return { ...(ready as Ready), worker };
}

async function perform({ worker, procFolder }: Thread, task: Task): Promise<Answer> {
  const before = cpuMsOf(procFolder);
  const answered = message(worker, taskMs, () =>
    cpuMsOf(procFolder) - before < blamedCpuMs
      ? new Starved('the thread of templates had no processor')
      : new Exceeded(`the template takes longer than ${taskMs} ms`),
  );
  worker.postMessage(task);
  return (await answered) as Answer;
}

/** NaN where the system does not tell. */
function cpuMsOf(procFolder: string | null): number {
  if (procFolder === null) return NaN;
  try {
    const [ns = ''] = readFileSync(join(procFolder, 'schedstat'), 'utf8').split(' ');
    return Number(ns) / 1e6;
  } catch {
    return NaN;
  }
}

/** The worker's next message. Rejects after `ms`, and where the worker dies. */
function message(worker: Worker, ms: number, late: () => Error): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      settle(() => {
        reject(late());
      });
    }, ms);
    const onMessage = (value: unknown): void => {
      settle(() => {
        resolve(value);
      });
    };
    const onError = (error: Error & { code?: string }): void => {
      const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      settle(() => {
        reject(isFull ? new Exceeded(`the template takes more than ${memoryMb} MB of memory`) : error);
      });
    };
    const onExit = (): void => {
      onError(new Error('the thread of templates ended'));
    };
    const settle = (how: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      how();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
