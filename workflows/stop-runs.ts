/** Stops many runs: keeps a cancel of each and tells its workflow, some at a time, until all are told. */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ProjectionActivities } from '../activities';

export async function stopRuns(stopId: string): Promise<void> {
  const activities = proxyActivities<ProjectionActivities>({
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  while ((await activities.stopSome.executeWithOptions({ summary: 'Stop the next runs' }, [stopId])) > 0) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof stopRuns>(stopId);
  }
}
