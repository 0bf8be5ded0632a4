/** The observer of one cluster: one per fleet by its workflow id, held as a heartbeating activity, taken over by Temporal. */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { EngineActivities } from '../activities';
import { engineTaskQueue, type ObserveInput } from './contract';

export async function observe(input: ObserveInput): Promise<void> {
  const activities = proxyActivities<EngineActivities>({
    taskQueue: engineTaskQueue(input.engine),
    // It ends itself before that, so that its attempts do not grow old.
    startToCloseTimeout: '2 hours',
    // How long a cluster goes unobserved when its holder dies.
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  });
  while (!workflowInfo().continueAsNewSuggested) {
    await activities.observe.executeWithOptions({ summary: `Observe ${input.engine}/${input.cluster}` }, [input]);
  }
  await continueAsNew<typeof observe>(input);
}
