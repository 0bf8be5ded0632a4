/** Temporal's development server with its UI, keeping its histories in one file. */
import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { endProcess, livingPid, writePidFile } from './leftover';
import { takePort } from './port';
import { temporalBinary } from './temporal-binary';

const readyWithinMs = 60_000;
const waitStepMs = 50;
/** The development server waits 50 ms at every hop unless told otherwise. */
const fast = [
  ...['transferProcessorMaxPollRPS', 'timerProcessorMaxPollRPS', 'visibilityProcessorMaxPollRPS'].map(
    (name) => `history.${name}=2000`,
  ),
  // In one process, the parts of a queue only send each other its tasks.
  ...['Read', 'Write'].map((side) => `matching.numTaskqueue${side}Partitions=1`),
];
/** Else each write makes, syncs and removes a journal of its own: half of the server's time. What is written stays as durable. */
const journal = ['--sqlite-pragma', 'journal_mode=wal'];

export type TemporalOptions = {
  /** Holds the histories, the log and the pid. */
  folder: string;
  /** 0 takes a free one; so does `uiPort`. */
  port: number;
  uiPort: number;
  /** More `--dynamic-config-value`s. */
  settings?: string[];
  /** More arguments of `server start-dev`. */
  args?: string[];
  /** Gives up the start, and ends what it has begun. */
  signal?: AbortSignal;
};

export type Server = { isAlive(): Promise<boolean>; stop(): Promise<void> };
export type TemporalServer = Server & { port: number; uiPort: number };

/** Ends what an earlier start has left in the folder, then starts. Returns once it answers. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { folder, settings = [], args = [], signal } = options;
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, 'temporal.pid');
  // Before the ports are looked at: the leftover holds them.
  await endProcess(pidFile);
  const port = await takePort(options.port, 'dev.temporal_port');
  const uiPort = await takePort(options.uiPort, 'dev.temporal_ui_port');
  const binary = await temporalBinary(signal);
  const log = await open(join(folder, 'temporal.log'), 'a');
  signal?.throwIfAborted();
  const child = spawn(
    binary,
    [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--db-filename', join(folder, 'temporal.db'), ...journal, '--log-level', 'warn'],
      ...[...fast, ...settings].flatMap((setting) => ['--dynamic-config-value', setting]),
      ...args,
    ],
    // A group of its own: ^C in the terminal is for us, and we end it last.
    { detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  child.once('error', () => undefined); // told by the missing pid
  await log.close();
  if (child.pid === undefined) throw new Error(`${binary} cannot be started`);
  child.unref();
  await writePidFile(pidFile, child.pid);
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(`127.0.0.1:${port}`))) {
    if (child.exitCode !== null || Date.now() > deadline || signal?.aborted === true) {
      await endProcess(pidFile);
      signal?.throwIfAborted();
      throw new Error(`The Temporal server does not start: see ${join(folder, 'temporal.log')}`);
    }
    await sleep(waitStepMs);
  }
  return {
    port,
    uiPort,
    isAlive: async () => (await livingPid(pidFile)) !== null && child.exitCode === null,
    stop: () => endProcess(pidFile),
  };
}

/** Whether it is up and its default namespace is there. */
async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '1 second' });
    try {
      await connection.withDeadline(Date.now() + 1000, () =>
        connection.workflowService.describeNamespace({ namespace: 'default' }),
      );
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
