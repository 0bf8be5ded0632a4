/** The reconciler and an operator who pauses at the same moment. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import type { Deps } from '../../activities';
import { createReconcile } from '../../activities/reconcile';

/** `wanted`: what the row says each time that it is read, and from then on the last. Returns what Temporal has in the end. */
async function reconciled(isOpen: boolean, wanted: boolean[]): Promise<boolean> {
  let temporal = isOpen;
  const query = (text: string): Promise<{ rows: object[]; rowCount: number }> => {
    if (!text.includes('from worker')) return Promise.resolve({ rows: [], rowCount: 0 });
    const isWanted = wanted.length > 1 ? wanted.shift() : wanted[0];
    return Promise.resolve({ rows: isWanted === true ? [] : [{ engine: 'one' }], rowCount: 0 });
  };
  const runs = {
    isPickupOpen: () => Promise.resolve(temporal),
    setPickup: (_: string, isToOpen: boolean) => {
      temporal = isToOpen;
      return Promise.resolve('set');
    },
    // eslint-disable-next-line @typescript-eslint/no-empty-function -- nobody's workflow ended badly
    closedBadlySince: async function* () {},
  };
  const engines = new Map([['one', { name: 'one', clusters: [] }]]);
  const deps = { db: { query }, runs, engines, log: pino({ enabled: false }) } as unknown as Deps;
  const reconciler = createReconcile(deps);
  await new MockActivityEnvironment().run(() => reconciler.reconcile(null));
  return temporal;
}

test.each<[string, boolean, boolean[], boolean]>([
  ['a pickup that Temporal was not told to pause is paused', true, [false], false],
  ['a pickup that Temporal was not told to open is opened', false, [true], true],
  ['a pause whose row is written while Temporal is told to open stays', false, [true, false], false],
  ['an opening whose row is written while Temporal is told to pause stays', true, [false, true], true],
])('%s', async (_, isOpen, wanted, became) => {
  expect(await reconciled(isOpen, wanted)).toBe(became);
});
