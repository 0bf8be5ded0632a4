/** Queries against a real Postgres: what a pod tells, memory that grows, cancels of whole families, clusters out of sight. */
import { randomUUID } from 'node:crypto';
import { insertRun, oomMemories } from '../../db/accept';
import { endAttempt, markAccepted, openAttempt, recordUsage, setMemory, setWhereabouts } from '../../db/attempt';
import { requestCancel, requestCancels } from '../../db/cancel';
import { markFresh, markStale, staleClusters } from '../../db/cluster_health';
import { insertDefinition } from '../../db/definition';
import { eventsOf, insertEvents } from '../../db/event';
import { jobOfAttempt } from '../../db/job';
import { advance, confirmCancels, runById, settle, unconfirmedCancels, type Run } from '../../db/run';
import { anywhere, freeze } from '../../domain/job';
import type { OutcomeClass } from '../../domain/outcome';
import { acceptedRun, savedDefinition } from '../accepted-run';
import { startDatabase, type Database } from '../postgres';

const definition = savedDefinition({ definitionId: 'test-1', alias: 'etl', groupName: 'test' });

let database: Database;
let db: Database['db'];
beforeAll(async () => {
  database = await startDatabase();
  ({ db } = database);
  await insertDefinition(db, definition);
}, 120_000);
afterAll(() => database.close(), 60_000);

const newRun = (changes: Partial<Run> = {}): Run =>
  acceptedRun(definition, {
    ...{ engine: 'eks', cluster: 'main', user: 'ann', nodeLifecycle: 'ondemand' },
    ...{ activeDeadlineSeconds: 60, commandHash: 'hash' },
    ...changes,
  });
const placed = { ...anywhere, owner: 'ann', deadlineSeconds: 60 };

async function accept(changes: Partial<Run> = {}): Promise<string> {
  const run = newRun(changes);
  await insertRun(db, run, freeze(definition, {}, [], placed));
  return run.runId;
}

async function read(runId: string): Promise<Run> {
  const run = await runById(db, runId);
  if (run === null) throw new Error('no such run');
  return run;
}

async function stop(runId: string, of: OutcomeClass, attempt = 1): Promise<void> {
  const verdict = { class: of, exitCode: null, reason: of };
  await settle(db, runId, { attempt, verdict, startedAt: null, finishedAt: new Date(), seenExitCode: null });
}

async function retry(runId: string, attempt: number, of: OutcomeClass): Promise<void> {
  const end = { class: of, reason: of, seenExitCode: null, startedAt: null, endedAt: new Date() };
  await endAttempt(db, { runId, attempt }, end);
  await advance(db, runId, { attempt: attempt + 1, phase: 'QUEUED' });
}

test('a run is read as it was accepted', async () => {
  const run = newRun({
    parentRunId: 'eks-parent',
    retryOnInterruption: true,
    retryOnOom: true,
    arch: 'arm64',
    serviceAccount: 'etl',
    ephemeralStorageMb: 100,
    labels: { team: 'a' },
    adaptation: 'Because',
    note: 'Because',
  });
  expect(await insertRun(db, run, freeze(definition, {}, [], placed))).toEqual({ cancel: null });
  expect(await runById(db, run.runId)).toEqual(run);
  const orphan = newRun({ definitionId: 'none' });
  expect(await insertRun(db, orphan, freeze(definition, {}, [], placed))).toBeNull();
});

describe('an attempt', () => {
  test('of a job that was frozen before jobs knew their placement is opened with a complete one', async () => {
    const runId = await accept();
    await db.query(
      `update run set job = job - 'nodeLifecycle' - 'arch' - 'serviceAccount' - 'ephemeralStorageMb' - 'labels' - 'owner'
         - 'deadlineSeconds' where run_id = $1`,
      [runId],
    );
    const opened = await openAttempt(db, { runId, attempt: 1 });
    expect(opened?.job).toEqual(freeze(definition, {}, [], { ...placed, nodeLifecycle: 'ondemand' }));
    expect(opened).toMatchObject({ oomMemoryMb: null, acceptedAt: null, createdAt: null });
  });

  test('knows with how much memory those before it were OOM killed, and nothing of those that ended otherwise', async () => {
    const runId = await accept();
    for (const [attempt, of] of [
      [1, 'OOM'],
      [2, 'INFRA_START'],
      [3, 'OOM'],
    ] as const) {
      await openAttempt(db, { runId, attempt });
      await retry(runId, attempt, of);
    }
    await setMemory(db, { runId, attempt: 2 }, 4096);
    await setMemory(db, { runId, attempt: 3 }, 896);
    expect(await openAttempt(db, { runId, attempt: 3 })).toBeNull();
    expect(await openAttempt(db, { runId, attempt: 4 })).toMatchObject({ oomMemoryMb: 896 });
  });

  test('shows where it runs until the next one is queued; an older one shows nothing any more', async () => {
    const runId = await accept();
    await openAttempt(db, { runId, attempt: 1 });
    await setWhereabouts(db, { runId, attempt: 1 }, { podName: 'pod-1', node: null });
    await setWhereabouts(db, { runId, attempt: 1 }, { podName: null, node: 'node-1' });
    expect(await read(runId)).toMatchObject({ podName: 'pod-1', instanceDnsName: 'node-1' });
    await retry(runId, 1, 'INFRA_LOST');
    expect(await read(runId)).toMatchObject({ podName: null, instanceDnsName: '' });
    await setWhereabouts(db, { runId, attempt: 1 }, { podName: 'pod-1', node: 'node-2' });
    expect(await read(runId)).toMatchObject({ podName: null, instanceDnsName: '' });
    const { rows } = await db.query('select node from attempt where run_id = $1', [runId]);
    expect(rows).toEqual([{ node: 'node-2' }]);
  });

  test('may be written by its submit and by the observer at once', async () => {
    const keys = await Promise.all(Array.from({ length: 40 }, async () => ({ runId: await accept(), attempt: 1 })));
    await Promise.all(keys.map((key) => openAttempt(db, key)));
    const at = { podName: 'pod-1', node: 'node-1' };
    await Promise.all(
      keys.flatMap((key) => [
        ...[markAccepted(db, key, true), setWhereabouts(db, key, at)],
        endAttempt(db, key, { class: 'OOM', reason: '', seenExitCode: null, startedAt: null, endedAt: new Date() }),
      ]),
    );
    for (const { runId } of keys) expect(await read(runId)).toMatchObject({ phase: 'PENDING', podName: 'pod-1' });
  });

  test('that tells the same place again writes nothing', async () => {
    const runId = await accept();
    await openAttempt(db, { runId, attempt: 1 });
    const version = async (): Promise<unknown> =>
      (await db.query('select xmin::text as version from run where run_id = $1', [runId])).rows[0];
    await setWhereabouts(db, { runId, attempt: 1 }, { podName: 'pod', node: 'node' });
    const before = await version();
    await setWhereabouts(db, { runId, attempt: 1 }, { podName: 'pod', node: 'node' });
    await setWhereabouts(db, { runId, attempt: 1 }, { podName: null, node: null });
    expect(await version()).toEqual(before);
  });

  test('is shown with the memory that it was given', async () => {
    const runId = await accept();
    await openAttempt(db, { runId, attempt: 1 });
    expect(await jobOfAttempt(db, { runId, attempt: 1 })).toMatchObject({ memoryMb: 512, owner: 'ann' });
    await setMemory(db, { runId, attempt: 1 }, 896);
    expect(await jobOfAttempt(db, { runId, attempt: 1 })).toMatchObject({ memoryMb: 896 });
    expect(await jobOfAttempt(db, { runId: 'none', attempt: 1 })).toBeNull();
  });
});

test('of what a run used the peaks are kept', async () => {
  const [one, other] = [await accept(), await accept()];
  const used = (runId: string, memoryMb: number, cpuMilli: number) => ({
    key: { runId, attempt: 1 },
    memoryMb,
    cpuMilli,
  });
  await recordUsage(db, [used(one, 100, 50), used(one, 80.4, 70.6), used('none', 1, 1)]);
  await recordUsage(db, [used(one, 90, 60), used(other, 0, 0)]);
  await recordUsage(db, []);
  expect(await read(one)).toMatchObject({ maxMemoryUsedMb: 100, maxCpuUsedMilli: 71 });
  expect(await read(other)).toMatchObject({ maxMemoryUsedMb: 0, maxCpuUsedMilli: 0 });
});

describe('OOM kills', () => {
  const of = { executableId: definition.definitionId, engine: 'eks' };

  test('are remembered with the memory that was given, in attempts and at the end', async () => {
    const commandHash = randomUUID();
    const [ended, retried, fine] = [
      await accept({ commandHash }),
      await accept({ commandHash }),
      await accept({ commandHash }),
    ];
    for (const runId of [ended, retried, fine]) await openAttempt(db, { runId, attempt: 1 });
    await stop(ended, 'OOM');
    await setMemory(db, { runId: retried, attempt: 1 }, 700);
    await retry(retried, 1, 'OOM');
    await openAttempt(db, { runId: retried, attempt: 2 });
    await setMemory(db, { runId: retried, attempt: 2 }, 1225);
    expect((await oomMemories(db, { ...of, commandHash })).sort()).toEqual([512, 700]);
    await stop(retried, 'OOM', 2);
    await stop(fine, 'SUCCESS');
    expect((await oomMemories(db, { ...of, commandHash })).sort()).toEqual([1225, 512]);
  });

  test('of another command, another engine or more than a week ago teach nothing', async () => {
    const commandHash = randomUUID();
    const runId = await accept({ commandHash });
    await stop(runId, 'OOM');
    expect(await oomMemories(db, { ...of, commandHash: 'other' })).toEqual([]);
    expect(await oomMemories(db, { ...of, commandHash, engine: 'local' })).toEqual([]);
    await db.query(`update run set oom_at = oom_at - interval '8 days' where run_id = $1`, [runId]);
    expect(await oomMemories(db, { ...of, commandHash })).toEqual([]);
  });
});

describe('events', () => {
  const event = (runId: string, id: string, more: object = {}) => ({
    ...{ key: { runId, attempt: 1 }, id, at: 1000, type: 'Normal', reason: 'Pulled', message: id, source: 'Pod/x' },
    ...more,
  });

  test('are kept once, with the latest time and message of each, oldest first', async () => {
    const runId = await accept();
    await insertEvents(db, [event(runId, 'b', { at: 3000 }), event(runId, 'a'), event('none', 'c')]);
    await insertEvents(db, [
      event(runId, 'a', { at: 2000, message: 'x2' }),
      event(runId, 'a', { at: 2500, message: 'x3' }),
    ]);
    await insertEvents(db, [event(runId, 'a', { at: 1500, message: 'late' })]);
    await insertEvents(db, []);
    expect(await eventsOf(db, runId)).toEqual([
      { attempt: 1, at: new Date(2500), type: 'Normal', reason: 'Pulled', message: 'x3', source: 'Pod/x' },
      { attempt: 1, at: new Date(3000), type: 'Normal', reason: 'Pulled', message: 'b', source: 'Pod/x' },
    ]);
  });

  test('are kept up to 200 a run, the first ones; those kept still grow', async () => {
    const runId = await accept();
    const many = Array.from({ length: 150 }, (_, n) => event(runId, `e${n}`, { at: 1000 + n }));
    const more = Array.from({ length: 150 }, (_, n) => event(runId, `f${n}`, { at: 5000 + n }));
    await insertEvents(db, many);
    await insertEvents(db, more);
    await insertEvents(db, [event(runId, 'g'), event(runId, 'e0', { at: 9000, message: 'again' })]);
    const kept = await eventsOf(db, runId);
    expect(kept).toHaveLength(200);
    expect(kept[0]?.message).toBe('e1');
    expect(kept.at(-1)?.message).toBe('again');
    expect(kept.at(-2)?.message).toBe('f49');
  });

  test('with characters that Postgres refuses are kept without them', async () => {
    const runId = await accept();
    await insertEvents(db, [event(runId, 'a', { message: 'x\0y\ud800z' })]);
    expect(await eventsOf(db, runId)).toMatchObject([{ message: 'x\ufffdy\ufffdz' }]);
  });
});

test('a cluster that cannot be seen keeps the moment since when, until it is seen again', async () => {
  await markStale(db, 'eks', 'main', 'refused');
  const [first] = await staleClusters(db);
  await markStale(db, 'eks', 'main', 'timed out');
  expect(await staleClusters(db)).toEqual([{ ...first, why: 'timed out' }]);
  await markFresh(db, 'eks', 'other');
  expect(await staleClusters(db)).toHaveLength(1);
  await markFresh(db, 'eks', 'main');
  expect(await staleClusters(db)).toEqual([]);
});

describe('a cancel', () => {
  test('reaches all open runs below, also below one that is over, each with its own reason, and is delivered until it is confirmed', async () => {
    const parent = await accept();
    const [child, ended] = [await accept({ parentRunId: parent }), await accept({ parentRunId: parent })];
    const [grandchild, ofEnded] = [await accept({ parentRunId: child }), await accept({ parentRunId: ended })];
    const other = await accept();
    await stop(ended, 'SUCCESS');
    const asked = await requestCancel(db, parent, 'me@example.com');
    expect(asked?.[0]).toEqual({ runId: parent, by: 'me@example.com' });
    expect(new Map(asked?.map(({ runId, by }) => [runId, by]))).toEqual(
      new Map([
        [parent, 'me@example.com'],
        [child, `me@example.com (parent ${parent} cancelled)`],
        [grandchild, `me@example.com (parent ${child} cancelled)`],
        [ofEnded, `me@example.com (parent ${ended} cancelled)`],
      ]),
    );
    expect((await read(other)).note).toBeNull();
    expect((await read(child)).note).toBe(`Stopping: cancelled by me@example.com (parent ${parent} cancelled)`);

    await confirmCancels(db, [parent]);
    const again = await requestCancel(db, parent, 'somebody else');
    expect(again?.map(({ runId }) => runId).sort()).toEqual([child, grandchild, ofEnded].sort());
    const undelivered = await unconfirmedCancels(db, -60, 1000);
    expect(undelivered.map(({ runId }) => runId)).toEqual(expect.arrayContaining([child, grandchild]));
  });

  test('of many is kept of each and of those below it; who is named is cancelled by whoever named it, the first canceller stays', async () => {
    const parent = await accept();
    const [named, child] = [await accept({ parentRunId: parent }), await accept({ parentRunId: parent })];
    const [below, alone, before, over] = [
      await accept({ parentRunId: named }),
      await accept(),
      await accept(),
      await accept(),
    ];
    await requestCancel(db, before, 'earlier');
    await stop(over, 'SUCCESS');
    const { asked } = await requestCancels(db, [parent, named, alone, before, over, 'none'], 'me');
    expect(asked).toHaveLength(6);
    expect(new Map(asked.map(({ runId, by }) => [runId, by]))).toEqual(
      new Map([
        ...[parent, named, alone].map((runId) => [runId, 'me'] as const),
        [child, `me (parent ${parent} cancelled)`],
        [below, `me (parent ${named} cancelled)`],
        [before, 'earlier'],
      ]),
    );
    expect(new Set(asked.slice(0, 4).map(({ runId }) => runId))).toEqual(new Set([parent, named, alone, before]));
  });

  test('of runs that are each other’s parents comes to an end', async () => {
    const one = await accept();
    const two = await accept({ parentRunId: one });
    const three = await accept({ parentRunId: two });
    await db.query('update run set parent_run_id = $2 where run_id = $1', [one, three]);
    const askers = [one, two, three].map((runId) => requestCancel(db, runId, `by ${runId}`));
    const asked = (await Promise.all(askers)).flat();
    expect(new Set(asked.map((run) => run?.runId))).toEqual(new Set([one, two, three]));
  });

  test('of a run that is over reaches those below; one of an unknown run nobody', async () => {
    const parent = await accept();
    const child = await accept({ parentRunId: parent });
    await stop(parent, 'USER');
    const asked = await requestCancel(db, parent, 'me');
    expect(asked).toEqual([{ runId: child, by: `me (parent ${parent} cancelled)` }]);
    expect(await requestCancel(db, 'none', 'me')).toBeNull();
  });

  test('of a parent cancels the children that it still accepts, with one mention of a parent', async () => {
    const grandparent = await accept();
    const parent = await accept({ parentRunId: grandparent });
    await requestCancel(db, grandparent, 'me');
    const child = newRun({ parentRunId: parent });
    const by = `me (parent ${parent} cancelled)`;
    expect(await insertRun(db, child, freeze(definition, {}, [], placed))).toMatchObject({ cancel: { by } });
    expect(await unconfirmedCancels(db, -60, 1000)).toContainEqual(
      expect.objectContaining({ runId: child.runId, cancelRequestedBy: by }),
    );
  });

  test('through Temporal cancels the children that come later, too', async () => {
    const parent = await accept();
    await stop(parent, 'CANCELLED');
    const child = newRun({ parentRunId: parent });
    expect(await insertRun(db, child, freeze(definition, {}, [], placed))).toMatchObject({
      cancel: { by: `an operator (in Temporal) (parent ${parent} cancelled)` },
    });
  });
});
