/** Queries about tasks and task definitions of ECS, against a real Postgres. */
import { randomUUID } from 'node:crypto';
import { insertRun, justAccepted } from '../../db/accept';
import { closeAttempt, openAttempt } from '../../db/attempt';
import { requestCancel } from '../../db/cancel';
import { insertDefinition } from '../../db/definition';
import type { Run } from '../../db/run';
import { askForTask, openTasks, taskNotMade, taskPlaced, taskRefs, taskRefused } from '../../db/task';
import {
  claimRegistration,
  forgetRegistration,
  putRegistration,
  registeredArn,
  releaseRegistration,
} from '../../db/task_definition';
import type { AttemptKey } from '../../domain/id';
import { anywhere, freeze, type Definition } from '../../domain/job';
import { startDatabase, type Database } from '../postgres';

const definition: Definition = {
  definitionId: 'test-1',
  alias: 'etl',
  groupName: 'team',
  image: 'busybox:1',
  command: 'true',
  env: [],
  tags: ['nightly'],
  ports: [],
  user: null,
  privileged: false,
  adaptiveResourceAllocation: true,
  sharedMemoryMb: null,
  ephemeralStorageMb: null,
  arn: '',
  retryOnInterruption: false,
  retryOnOom: false,
  memoryMb: 512,
  cpu: null,
  gpu: null,
};

let database: Database;
let db: Database['db'];
beforeAll(async () => {
  database = await startDatabase();
  ({ db } = database);
  await insertDefinition(db, definition);
}, 120_000);
afterAll(() => database.close(), 60_000);

async function accept(cluster = 'main'): Promise<AttemptKey> {
  const run: Run = {
    ...justAccepted,
    originRunId: null,
    idempotenceKey: null,
    runId: `ecs-${randomUUID().slice(4)}`,
    definitionId: definition.definitionId,
    definitionRevision: null,
    executableId: definition.definitionId,
    executableType: 'task_definition',
    templatePayload: null,
    alias: 'etl',
    groupName: 'team',
    image: 'busybox:1',
    engine: 'ecs',
    cluster,
    user: 'ann',
    nodeLifecycle: 'spot',
    activeDeadlineSeconds: 60,
    command: 'true',
    commandHash: 'hash',
    memoryMb: null,
    cpu: null,
    gpu: null,
    env: [],
    parentRunId: null,
    retryOnInterruption: false,
    retryOnOom: false,
    arch: null,
    serviceAccount: null,
    ephemeralStorageMb: null,
    labels: {},
    adaptation: null,
    queuedAt: new Date(),
  };
  await insertRun(db, run, freeze(definition, {}, [], { ...anywhere, owner: 'ann', deadlineSeconds: 60 }));
  return { runId: run.runId, attempt: 1 };
}
async function opened(cluster?: string): Promise<AttemptKey> {
  const key = await accept(cluster);
  await openAttempt(db, key);
  return key;
}
const refOf = async (key: AttemptKey) => (await taskRefs(db, [key]))[0];

describe('a job knows the definition it came from', () => {
  const source = { definitionId: 'test-1', alias: 'etl', groupName: 'team' };

  test('with its tags', async () => {
    const key = await accept();
    expect((await openAttempt(db, key))?.job.source).toEqual({ ...source, tags: ['nightly'] });
  });

  test('also where it was accepted before jobs knew', async () => {
    const key = await accept();
    await db.query(`update run set job = job - 'source' where run_id = $1`, [key.runId]);
    expect((await openAttempt(db, key))?.job.source).toEqual({ ...source, tags: [] });
  });
});

describe('an attempt that asks for a task', () => {
  test('keeps its try and when it first and last asked, until it is refused', async () => {
    const key = await opened();
    const first = await askForTask(db, key);
    expect(first).toMatchObject({ placementTry: 1, earlier: null });
    const since = first?.at;
    expect((await refOf(key))?.doubt).toEqual({ since, last: since });
    const second = await askForTask(db, key);
    expect(second).toMatchObject({ placementTry: 1, earlier: { since, last: since } });
    expect((await refOf(key))?.doubt).toEqual({ since, last: second?.at });
    await taskRefused(db, key, 1);
    await taskRefused(db, key, 1);
    expect(await askForTask(db, key)).toMatchObject({ placementTry: 2, earlier: null });
  });

  test('may ask no more once it is closed', async () => {
    const key = await opened();
    await closeAttempt(db, key);
    expect(await askForTask(db, key)).toBeNull();
    expect((await refOf(key))?.doubt).toBeNull();
  });

  test('is in doubt as before where certainly no task was made, unless it has asked again', async () => {
    const key = await opened();
    const first = await askForTask(db, key);
    const second = await askForTask(db, key);
    if (first === null || second === null) throw new Error('closed');
    // The first request's answer comes late.
    await taskNotMade(db, key, first.at, first.earlier);
    expect((await refOf(key))?.doubt).toEqual({ since: first.at, last: second.at });
    await taskNotMade(db, key, second.at, second.earlier);
    expect((await refOf(key))?.doubt).toEqual({ since: first.at, last: first.at });
    await taskNotMade(db, key, first.at, null);
    expect((await refOf(key))?.doubt).toBeNull();
  });

  test('keeps the first task that it is told, also after a late refusal', async () => {
    const key = await opened();
    await askForTask(db, key);
    expect(await taskPlaced(db, key, 'arn:1')).toBe('arn:1');
    expect(await taskPlaced(db, key, 'arn:2')).toBe('arn:1');
    expect(await taskPlaced(db, { runId: 'ecs-none', attempt: 1 }, 'arn:3')).toBeNull();
    await taskRefused(db, key, 1);
    expect(await refOf(key)).toMatchObject({ taskArn: 'arn:1', definitionId: 'test-1', cancelledBy: null });
    expect((await askForTask(db, key))?.placementTry).toBe(1);
  });

  test('that was never opened has nothing to tell', async () => {
    const key = await accept();
    expect(await askForTask(db, key)).toBeNull();
    expect(await taskRefs(db, [key, { runId: 'ecs-none', attempt: 1 }])).toEqual([null, null]);
    // A stop comes before any submit.
    await closeAttempt(db, key);
    expect(await refOf(key)).toMatchObject({ taskArn: null, placedAt: null, doubt: null });
  });
});

test('what is known of attempts comes in the order of the question', async () => {
  const keys = [await opened(), await accept(), await opened()];
  await taskPlaced(db, keys[2] as AttemptKey, 'arn:3');
  const refs = await taskRefs(db, keys.toReversed());
  expect(refs.map((ref) => ref?.runId ?? null)).toEqual([keys[2]?.runId, null, keys[0]?.runId]);
  expect(refs[0]?.taskArn).toBe('arn:3');
});

test('a cancel tells its author', async () => {
  const key = await opened();
  await requestCancel(db, key.runId, 'ann@example.com');
  expect((await refOf(key))?.cancelledBy).toBe('ann@example.com');
});

test('the open tasks of a cluster come page by page, without what has stopped', async () => {
  const keys = [];
  for (let n = 0; n < 4; n += 1) keys.push(await opened('pages'));
  for (const key of keys.slice(0, 3)) await taskPlaced(db, key, `arn:${key.runId}`);
  await db.query(
    `update run set phase = 'STOPPED', exit_reason = 'x', outcome_class = 'SUCCESS', finished_at = now() where run_id = $1`,
    [keys[0]?.runId],
  );
  const expected = keys
    .slice(1, 3)
    .map(({ runId }) => runId)
    .sort();
  const first = await openTasks(db, 'ecs', 'pages', '', 1);
  const second = await openTasks(db, 'ecs', 'pages', first[0]?.runId ?? '', 10);
  expect([...first, ...second]).toEqual(expected.map((runId) => ({ runId, taskArn: `arn:${runId}` })));
});

describe('a task definition', () => {
  test('is claimed by one of many, registered once, and known then', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimRegistration(db, 'h1', 'etl', 60)));
    expect(claims.filter((claim) => claim !== null)).toEqual([{ again: false }]);
    expect(await registeredArn(db, 'h1')).toBeNull();
    await putRegistration(db, 'h1', 'arn:1');
    expect(await registeredArn(db, 'h1')).toBe('arn:1');
    await releaseRegistration(db, 'h1');
    expect(await claimRegistration(db, 'h1', 'etl', 60)).toBeNull();
  });

  test('whose worker died is claimed again by one', async () => {
    await claimRegistration(db, 'h2', 'etl', 60);
    await db.query(`update task_definition set claimed_until = now() - interval '1 second' where hash = 'h2'`);
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimRegistration(db, 'h2', 'etl', 60)));
    expect(claims.filter((claim) => claim !== null)).toEqual([{ again: true }]);
  });

  test('that could not be registered may be claimed at once', async () => {
    await claimRegistration(db, 'h3', 'etl', 60);
    await releaseRegistration(db, 'h3');
    expect(await claimRegistration(db, 'h3', 'etl', 60)).toEqual({ again: true });
  });

  test('is forgotten with its own ARN only', async () => {
    await claimRegistration(db, 'h4', 'etl', 60);
    await putRegistration(db, 'h4', 'arn:2');
    await forgetRegistration(db, 'h4', 'arn:1');
    expect(await registeredArn(db, 'h4')).toBe('arn:2');
    await forgetRegistration(db, 'h4', 'arn:2');
    expect(await registeredArn(db, 'h4')).toBeNull();
    expect(await claimRegistration(db, 'h4', 'etl', 60)).toEqual({ again: true });
  });
});
