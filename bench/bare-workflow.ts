/** What (b) is held against: a workflow with one activity, one signal and one local activity, and nothing else. */
import { condition, defineSignal, proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './bare';

const ended = defineSignal('ended');
const { work } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });
const { record } = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

export async function bare(): Promise<void> {
  let isOver = false;
  setHandler(ended, () => {
    isOver = true;
  });
  await work();
  await condition(() => isOver);
  await record();
}
