/** The delivery of webhooks: one per fleet by its workflow id, held as a heartbeating activity, over when there are none. */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ProjectionActivities } from '../activities';

export async function deliver(): Promise<void> {
  const activities = proxyActivities<ProjectionActivities>({
    // It ends itself before that, so that its attempts do not grow old.
    startToCloseTimeout: '2 hours',
    // How long nobody delivers when its holder dies.
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  });
  while (!workflowInfo().continueAsNewSuggested) {
    if (!(await activities.deliver.executeWithOptions({ summary: 'Deliver webhooks' }, []))) return;
  }
  await continueAsNew<typeof deliver>();
}
