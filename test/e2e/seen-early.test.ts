/** What an observer sees of an attempt before the submit of that attempt has told that it was accepted. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import type { Deps } from '../../activities';
import { createObserve } from '../../activities/observe';
import { createSubmit } from '../../activities/submit';
import { insertRun } from '../../db/accept';
import { insertDefinition } from '../../db/definition';
import { anywhere, freeze } from '../../domain/job';
import type { Engine } from '../../engines/engine';
import { acceptedRun, savedDefinition } from '../accepted-run';
import { startDatabase, type Database } from '../postgres';
import { until } from '../stack';

const why = 'Waiting for capacity: Namespace quota exceeded';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.close(), 60_000);

test('why it waits stays', async () => {
  const { db } = database;
  const definition = savedDefinition({ definitionId: 'test-1', alias: 'waits', groupName: 'test' });
  expect(await insertDefinition(db, definition)).toBe(true);
  const run = acceptedRun(definition, {
    ...{ engine: 'local', cluster: 'default', user: 'tester', nodeLifecycle: 'spot' },
    ...{ activeDeadlineSeconds: 60, commandHash: '' },
  });
  const placed = { ...anywhere, owner: run.user, deadlineSeconds: run.activeDeadlineSeconds };
  expect(await insertRun(db, run, freeze(definition, {}, [], placed))).not.toBeNull();
  const of = { runId: run.runId, attempt: 1, engine: 'local', cluster: 'default' };
  const noted = async (): Promise<{ phase: string; note: string | null } | undefined> =>
    (await db.query<{ phase: string; note: string | null }>('select phase, note from run')).rows[0];

  let tell = (): void => undefined;
  const unexpected = (): never => {
    throw new Error('nobody should ask for this');
  };
  const engine: Engine = {
    ...{ name: 'local', clusters: ['default'], warning: null, maxAdaptedMemoryMb: null },
    ...{ stop: unexpected, logs: unexpected, manifest: unexpected },
    look: () => Promise.resolve([{ kind: 'waiting', why }]),
    observe: (_, see) => {
      tell = () => void see([{ key: of, sight: { kind: 'waiting', why } }]);
      return new Promise(() => undefined);
    },
    submit: async () => {
      tell();
      await until('the reason is noted', async () => (await noted())?.note ?? null);
      return { kind: 'created' };
    },
  };
  const deps = { db, log: pino({ enabled: false }), engines: new Map([['local', engine]]) } as unknown as Deps;
  const observing = new MockActivityEnvironment();
  const observation = observing.run(() => createObserve(deps).observe(of));
  try {
    const submitting = new MockActivityEnvironment().run(() => createSubmit(deps).submit(of, 60));
    expect(await submitting).toEqual({ kind: 'created' });
    expect(await noted()).toEqual({ phase: 'PENDING', note: why });
  } finally {
    observing.cancel();
    await observation.catch(() => undefined);
  }
});
