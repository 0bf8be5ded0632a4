/**
 * Whether the attempts of an engine are started: a rate limit of 0 on the queue of their starts, kept by Temporal itself, so
 * that it holds at once for every worker there is and will be. What is under way goes on.
 */
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { submitTaskQueue } from './contract';

const { TASK_QUEUE_TYPE_ACTIVITY } = temporal.api.enums.v1.TaskQueueType;
/** gRPC's code of a server older than 1.28, which has no such limit: UNIMPLEMENTED. */
const unimplemented = 12;

export function pickupOf(client: Client, within: <T>(call: () => Promise<T>) => Promise<T>) {
  const { namespace } = client.options;
  const { workflowService } = client;

  return {
    /** Opens or closes the pickup. Repeatable. */
    async setPickup(engine: string, isOpen: boolean): Promise<'set' | 'unsupported'> {
      try {
        await within(() =>
          workflowService.updateTaskQueueConfig({
            namespace,
            identity: client.options.identity,
            taskQueue: submitTaskQueue(engine),
            taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
            updateQueueRateLimit: {
              // No limit at all is one that is not there.
              ...(isOpen ? {} : { rateLimit: { requestsPerSecond: 0 } }),
              reason: isOpen ? 'pickup is open' : 'pickup is paused',
            },
          }),
        );
        return 'set';
      } catch (error) {
        const code: number | null = isGrpcServiceError(error) ? error.code : null;
        if (code === unimplemented) return 'unsupported';
        throw error;
      }
    },

    /** As Temporal has it. */
    async isPickupOpen(engine: string): Promise<boolean> {
      const { config } = await within(() =>
        workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: submitTaskQueue(engine) },
          taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
          reportConfig: true,
        }),
      );
      const limit = config?.queueRateLimit?.rateLimit ?? null;
      return limit === null || (limit.requestsPerSecond ?? 0) > 0;
    },
  };
}
