/** One pass of the reconciler, started by a schedule: what was accepted but has no workflow, or lost it, is brought together again. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ProjectionActivities } from '../activities';

/** `at`: when the pass looked, ms since the epoch; the next one looks for what happened since. */
type ReconcileResult = { at: number; started: number; cancelled: number; revived: number };

export async function reconcile(): Promise<ReconcileResult> {
  const activities = proxyActivities<ProjectionActivities>({
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds', maximumAttempts: 3 },
  });
  const last = workflowInfo().lastResult as ReconcileResult | undefined;
  const at = Date.now();
  const counts = await activities.reconcile(last?.at ?? null);
  return { at, ...counts };
}
