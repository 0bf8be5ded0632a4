/** What must stand in a Temporal namespace before runs can live there: search attributes and the reconciler's schedule. */
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { mainTaskQueue, reconcilerId, searchAttributes, workflowTypes } from './contract';

const keyword = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const reconcileEvery = '30 seconds';

/** Safe to repeat, and from several processes at once. */
export async function prepareNamespace(client: Client, namespace: string): Promise<void> {
  const known = await client.connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => !(name in (known.customAttributes ?? {})));
  if (missing.length > 0) {
    await client.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name }) => [name, keyword])),
    });
  }
  try {
    await client.schedule.create({
      scheduleId: reconcilerId,
      spec: { intervals: [{ every: reconcileEvery }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: workflowTypes.reconcile,
        workflowId: reconcilerId,
        taskQueue: mainTaskQueue,
        workflowExecutionTimeout: '10 minutes',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
