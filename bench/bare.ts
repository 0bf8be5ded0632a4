/** The worker of the bare workflow. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Bed } from './bed';

const taskQueue = 'bench-bare';
/** As late as the simulated engine tells its ends. */
const signalAfterMs = 1;

const createBareActivities = (client: Client) => ({
  work(): Promise<void> {
    const { workflowId } = Context.current().info.workflowExecution ?? {};
    setTimeout(() => {
      client.workflow
        .getHandle(workflowId ?? '')
        .signal('ended')
        .catch(() => undefined);
    }, signalAfterMs);
    return Promise.resolve();
  },
  record(): Promise<void> {
    return Promise.resolve();
  },
});
export type BareActivities = ReturnType<typeof createBareActivities>;

/** `work` is given what starts a bare workflow and returns its id. */
export async function withBareWorker<T>(bed: Bed, work: (start: () => Promise<string>) => Promise<T>): Promise<T> {
  const connection = await NativeConnection.connect({ address: bed.config.temporal.address });
  const pollers = { type: 'autoscaling' } as const; // as in ours
  const worker = await Worker.create({
    connection,
    namespace: bed.config.temporal.namespace,
    taskQueue,
    workflowsPath: require.resolve('./bare-workflow'),
    activities: createBareActivities(bed.client),
    activityTaskPollerBehavior: pollers,
    workflowTaskPollerBehavior: pollers,
  });
  const ended = worker.run();
  ended.catch(() => undefined);
  try {
    return await work(async () => {
      const { workflowId } = await bed.client.workflow.start('bare', { taskQueue, workflowId: `bare-${randomUUID()}` });
      return workflowId;
    });
  } finally {
    worker.shutdown();
    await ended;
    await connection.close();
  }
}
