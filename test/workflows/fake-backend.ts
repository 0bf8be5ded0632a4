/** A run's workflow against a scripted backend: its activities answer what a test says and count how often they were asked. */
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { EngineActivities, ProjectionActivities } from '../../activities';
import type { End } from '../../domain/lifecycle';
import {
  engineTaskQueue,
  mainTaskQueue,
  searchAttributes,
  submitTaskQueue,
  type RunInput,
  type RunPolicy,
} from '../../workflows/contract';

export const policy: RunPolicy = {
  queueSeconds: 3600,
  startSeconds: 600,
  deadlineSeconds: 7200,
  graceSeconds: 1,
  capacity: { firstSeconds: 15, maxSeconds: 300 },
  poll: { firstSeconds: 900, maxSeconds: 21600 },
  retry: {
    INFRA_START: { attempts: 3, firstSeconds: 30, maxSeconds: 300 },
    INFRA_LOST: { attempts: 1, firstSeconds: 30, maxSeconds: 300 },
  },
};

/** IndexedValueType KEYWORD of Temporal's API. */
const keywordType = 2;

type Script = Pick<EngineActivities, 'submit' | 'poll' | 'stop'>;
type Settled = Parameters<ProjectionActivities['settle']>[1];

export const exited = (code: number): End => ({ outcome: { kind: 'exited', code }, startedAt: 1000, finishedAt: 2000 });

export type Scene = {
  handle: WorkflowHandleWithFirstExecutionRunId;
  calls: string[];
  settled: Settled[];
  /** When the next attempt was said to begin, ms since the epoch. */
  toldNextAt: number[];
  /** The virtual time, ms since the epoch, of each NEEDS_RETRY and QUEUED. */
  started(attempt: number): Promise<void>;
  ended(attempt: number, end: End): Promise<void>;
  cancel(by: string): Promise<void>;
  cancelAnswered(by: string): Promise<void>;
  report(code: number | null, reason: string): Promise<void>;
};

export class Stage {
  private readonly env: TestWorkflowEnvironment;
  private readonly scenes = new Map<string, Pick<Scene, 'calls' | 'settled' | 'toldNextAt'>>();
  private readonly workers: { worker: Worker; done: Promise<void> }[] = [];
  private count = 0;

  constructor(env: TestWorkflowEnvironment) {
    this.env = env;
  }

  static quiet(): void {
    Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
  }

  async open(): Promise<void> {
    await this.env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(Object.values(searchAttributes).map(({ name }) => [name, keywordType])),
    });
    await this.add({
      taskQueue: mainTaskQueue,
      workflowsPath: require.resolve('../../workflows'),
      activities: {
        settle: (runId: string, end: Settled) => {
          this.scenes.get(runId)?.settled.push(end);
          return Promise.resolve();
        },
        needsRetry: ({ runId, attempt }: { runId: string; attempt: number }, { nextAt }: { nextAt: number }) => {
          this.scenes.get(runId)?.calls.push(`needsRetry ${attempt}`);
          this.scenes.get(runId)?.toldNextAt.push(nextAt);
          return Promise.resolve();
        },
        requeue: ({ runId, attempt }: { runId: string; attempt: number }) => {
          this.scenes.get(runId)?.calls.push(`requeue ${attempt}`);
          return Promise.resolve();
        },
      },
    });
  }

  /** Starts a run whose backend answers as scripted; what is left out says: created, running, stopped. */
  async play(script: Partial<Script>, changes: Partial<RunPolicy> = {}): Promise<Scene> {
    this.count += 1;
    const engine = `fake-${this.count}`;
    const runId = `${engine}-run`;
    const scene = { calls: [] as string[], settled: [] as Settled[], toldNextAt: [] as number[] };
    this.scenes.set(runId, scene);
    const whole: Script = {
      submit: script.submit ?? (() => Promise.resolve({ kind: 'created' })),
      poll: script.poll ?? (() => Promise.resolve({ kind: 'running', startedAt: 1000 })),
      stop: script.stop ?? (() => Promise.resolve(null)),
    };
    const told = (of: Partial<Script>) =>
      Object.fromEntries(
        Object.entries(of).map(([name, activity]) => [
          name,
          (ref: { attempt: number }, ...rest: unknown[]) => {
            scene.calls.push(`${name} ${ref.attempt}`);
            return (activity as (...args: unknown[]) => unknown)(ref, ...rest);
          },
        ]),
      );
    const { submit, poll, stop } = whole;
    await this.add({ taskQueue: submitTaskQueue(engine), activities: told({ submit }) });
    await this.add({ taskQueue: engineTaskQueue(engine), activities: told({ poll, stop }) });
    const input: RunInput = { runId, engine, cluster: 'default', policy: { ...policy, ...changes } };
    const handle = await this.env.client.workflow.start('run', {
      workflowId: runId,
      taskQueue: mainTaskQueue,
      args: [input],
    });
    return {
      handle,
      ...scene,
      started: async (attempt) => handle.signal('started', attempt, await this.env.currentTimeMs()),
      ended: (attempt, end) => handle.signal('ended', attempt, end),
      cancel: (by) => handle.signal('cancel', by),
      cancelAnswered: (by) => handle.executeUpdate('cancel', { args: [by] }),
      report: (code, reason) => handle.signal('report', { kind: 'reported', code, reason }),
    };
  }

  private async add(options: Omit<Parameters<typeof Worker.create>[0], 'connection'>): Promise<void> {
    const worker = await Worker.create({ connection: this.env.nativeConnection, ...options });
    this.workers.push({ worker, done: worker.run() });
  }

  async close(): Promise<void> {
    for (const { worker } of this.workers) worker.shutdown();
    await Promise.all(this.workers.map(({ done }) => done));
  }
}
