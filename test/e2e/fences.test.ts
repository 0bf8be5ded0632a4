/** Races and repetitions on the rows of a real Postgres; Temporal and the backend are played by the tests. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import type { Deps } from '../../activities';
import { createReconcile } from '../../activities/reconcile';
import { createStop } from '../../activities/stop';
import { createStopRuns } from '../../activities/stop-runs';
import { createSubmit } from '../../activities/submit';
import { createApi } from '../../api/app';
import { News } from '../../api/news';
import { Streams } from '../../api/streams';
import { takePort } from '../../bin/dev/port';
import { startPostgres } from '../../bin/dev/postgres-server';
import type { Server } from '../../bin/dev/temporal-server';
import { bulkStop, insertBulkStop } from '../../db/bulk_stop';
import { settle } from '../../db/run';
import { sawNoEnd, type Engine, type Sight, type Stopped, type Submission } from '../../engines/engine';
import { createRenderer } from '../../templates/renderer';
import type { RunClient } from '../../workflows/client';
import { until, type Answer } from '../stack';
import { fetchJudged } from '../judge';

const root = join(__dirname, '../..');
const log = pino({ enabled: false });
/** More than the reconciler has at work at once. */
const manyRuns = 30;

let folder: string;
let postgres: Server & { url: string };
let db: Pool;
let api: HttpServer;
let migrations: string[];
/** What Temporal says to the API's cancel. */
let signal: () => Promise<boolean>;
/** What the backend shows, how often something was started there, and what its stops find out, one after the other. */
let backend: { sight: Sight; starts: number; stops?: Stopped[] };

const unexpected = (): never => {
  throw new Error('nobody should ask for this');
};
const engine: Engine = {
  ...{ name: 'local', clusters: ['default'], warning: null, maxAdaptedMemoryMb: null },
  ...{ observe: unexpected, logs: unexpected, manifest: unexpected },
  stop: () => Promise.resolve(backend.stops?.shift() ?? unexpected()),
  look: () => Promise.resolve([backend.sight]),
  submit: () => {
    if (backend.sight.kind === 'absent')
      backend = { sight: { kind: 'waiting', why: null }, starts: backend.starts + 1 };
    return Promise.resolve({ kind: 'created' });
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-fences-'));
  // Postgres runs as another user when we are root.
  await chmod(folder, 0o755);
  postgres = await startPostgres(folder, await takePort(0, 'postgres'));
  db = new Pool({ connectionString: postgres.url });
  migrations = await migrateAtOnce(3);
  const app = createApi({
    ...{ db, log, engines: new Map([[engine.name, engine]]), isImageMissing: null },
    runs: {
      start: () => Promise.resolve(true),
      cancel: () => signal(),
      ...{ report: unexpected, setPickup: unexpected, stopRuns: unexpected, ensureDelivery: unexpected },
      requireTemporal: unexpected,
    },
    templates: createRenderer(),
    ...{ news: new News({ db, log }), streams: new Streams() },
    settings: {
      ...{ mode: 'test', baseUri: '', ownerVariable: 'OWNER', defaultEngine: engine.name },
      ...{
        deadlineSeconds: 60,
        stopGraceSeconds: 1,
        maxBodyBytes: 10_000,
        corsOrigins: [],
        callerHeader: '',
        secretsVisibleTo: [],
        workflowsUrl: null,
        uiFolder: null,
        version: 'test',
      },
    },
  });
  const handle = app.callback();
  api = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(api, 'listening');
}, 120_000);
afterAll(async () => {
  api.close();
  api.closeAllConnections();
  await db.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);
beforeEach(() => db.query('truncate run, attempt, transition, backend_event'));

/** As when all processes of an installation boot for the first time. Returns what each of them said; the first test judges it. */
async function migrateAtOnce(processes: number): Promise<string[]> {
  const gate = await db.connect();
  // Nobody creates anything before all are there.
  await gate.query('begin; lock table pg_catalog.pg_class in share mode');
  const env = { ...process.env, DATABASE_URL: postgres.url };
  let over = 0;
  const all = Array.from({ length: processes }, () =>
    promisify(execFile)(process.execPath, ['bin/bootstrap.mjs', 'bin/migrate.ts'], { cwd: root, env })
      .then(({ stdout }) => stdout.trim(), String)
      .finally(() => (over += 1)),
  );
  await until('all processes wait', async () => {
    const { rowCount } = await db.query('select from pg_locks where not granted');
    return over + (rowCount ?? 0) >= processes ? true : null;
  });
  await gate.query('rollback');
  gate.release();
  return Promise.all(all);
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const { port } = api.address() as AddressInfo;
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetchJudged(`http://127.0.0.1:${port}/api/v6${path}`, init);
  return { status: response.status, body: await response.json() };
}

let named = 0;
async function define(command: string): Promise<string> {
  const job = { alias: `fences-${(named += 1)}`, group_name: 'test', image: 'none', memory: 64, command };
  const { body } = await call('POST', '/task', job);
  return (body as { definition_id: string }).definition_id;
}

async function accept(definitionId: string): Promise<string> {
  const { body } = await call('PUT', `/task/${definitionId}/execute`, { run_tags: { owner_id: 'tester' } });
  return (body as { run_id: string }).run_id;
}

const cancel = (runId: string): Promise<Answer> => call('DELETE', `/task/any/history/${runId}`);

function depsWith(runs: Partial<RunClient>): Deps {
  return {
    ...{ db, log, engines: new Map([[engine.name, engine]]), post: unexpected },
    runs: {
      ...{
        start: unexpected,
        revive: unexpected,
        cancel: unexpected,
        cancelAnswered: unexpected,
        started: unexpected,
        ended: unexpected,
      },
      ...{ closedBadlySince: unexpected, fate: unexpected, ensureObserver: unexpected, ensureDelivery: unexpected },
      ...{ report: unexpected, setPickup: unexpected, isPickupOpen: () => Promise.resolve(true) },
      ...{ stopRuns: unexpected, requireTemporal: unexpected },
      ...runs,
    },
  };
}

test('three processes that migrate one empty database at once all succeed, and each migration is applied once', async () => {
  expect(migrations.sort()).toEqual([
    expect.stringMatching(/^Applied /) as unknown,
    'The schema is up to date',
    'The schema is up to date',
  ]);
  const { rows } = await db.query<{ name: string }>('select name from schema_migration order by name');
  const files = (await readdir(join(root, 'db/migrations'))).map((file) => file.replace(/\.sql$/, ''));
  expect(rows.map(({ name }) => name)).toEqual(files.sort());
});

describe('a cancel', () => {
  test('that meets the end of its run in the row is answered as one of a run that is over', async () => {
    signal = () => Promise.reject(new Error('a run that is over is sent no cancel'));
    const runId = await accept(await define('true'));
    const settling = await db.connect();
    await settling.query('begin');
    await settle(settling, runId, {
      ...{ attempt: 1, verdict: { class: 'SUCCESS', exitCode: 0, reason: 'Command exited with code 0' } },
      ...{ startedAt: null, finishedAt: new Date(), seenExitCode: 0 },
    });
    const answer = cancel(runId);
    await until('the cancel waits for the row', async () => {
      const { rowCount } = await db.query('select from pg_locks where not granted');
      return rowCount === 0 ? null : true;
    });
    await settling.query('commit');
    settling.release();
    expect(await answer).toEqual({ status: 200, body: { terminated: true } });
    const { rows } = await db.query('select phase, exit_code, cancel_requested_by from run');
    expect(rows).toEqual([{ phase: 'STOPPED', exit_code: 0, cancel_requested_by: null }]);
  });

  test.each<[string, () => Promise<boolean>]>([
    ['whose workflow is over already', () => Promise.resolve(false)],
    ['that Temporal does not take', () => Promise.reject(new Error('14 UNAVAILABLE'))],
  ])('%s is kept for the reconciler and acknowledged', async (_, told) => {
    signal = told;
    const runId = await accept(await define('true'));
    expect(await cancel(runId)).toEqual({ status: 200, body: { terminated: true } });
    const { rows } = await db.query('select cancel_requested_by, cancel_confirmed from run');
    expect(rows).toEqual([{ cancel_requested_by: 'user', cancel_confirmed: false }]);
  });
});

test('a run that cannot be started holds up no other one, and its pass counts as not made', async () => {
  const definition = await define('true');
  const [bad = '', cancelled = '', abandoned = '', ...good] = await Promise.all(
    Array.from({ length: manyRuns }, () => accept(definition)),
  );
  // The bad one first in line.
  await db.query(
    `update run set queued_at = now() - case run_id when $1 then interval '3 minutes' else interval '2 minutes' end,
       start_confirmed = run_id in ($2, $3)`,
    [bad, cancelled, abandoned],
  );
  await db.query(
    `update run set cancel_requested_by = 'me', cancel_requested_at = now() - interval '1 minute' where run_id = $1`,
    [cancelled],
  );
  const done: string[] = [];
  const take = (verb: string, runId: string): Promise<boolean> => {
    if (verb === 'start' && runId === bad) return Promise.reject(new Error('too long a name'));
    done.push(`${verb} ${runId}`);
    return Promise.resolve(true);
  };
  const activities = createReconcile(
    depsWith({
      ensureObserver: () => Promise.resolve(),
      start: ({ runId }) => take('start', runId),
      cancel: (runId) => take('cancel', runId),
      revive: ({ runId }) => take('revive', runId),
      async *closedBadlySince() {
        yield await Promise.resolve(abandoned);
      },
    }),
  );
  const pass = new MockActivityEnvironment().run(() => activities.reconcile(null));
  await expect(pass).rejects.toThrow('too long a name');
  const wanted = [...good.map((runId) => `start ${runId}`), `cancel ${cancelled}`, `revive ${abandoned}`];
  expect(done.sort()).toEqual(wanted.sort());
  const { rows } = await db.query('select run_id from run where not start_confirmed');
  expect(rows).toEqual([{ run_id: bad }]);
});

test('a run that is started late knows what a caller has told of its end, and so does one whose workflow was there', async () => {
  const definition = await define('true');
  const runIds = [await accept(definition), await accept(definition)];
  const reported = { kind: 'reported', code: 3, reason: null };
  await db.query(`update run set queued_at = now() - interval '1 minute', start_confirmed = false, reported = $1`, [
    JSON.stringify(reported),
  ]);
  const told: unknown[] = [];
  const activities = createReconcile(
    depsWith({
      ensureObserver: () => Promise.resolve(),
      start: ({ runId }, cancelledBy, as) => {
        told.push([runId, cancelledBy, as]);
        return Promise.resolve(runId === runIds[0]);
      },
      report: (runId, as) => Promise.resolve(told.push([runId, 'later', as]) > 0),
      fate: () => Promise.resolve('open'),
      async *closedBadlySince() {
        /* none */
      },
    }),
  );
  await new MockActivityEnvironment().run(() => activities.reconcile(null));
  const expected = [...runIds.map((runId) => [runId, null, reported]), [runIds[1], 'later', reported]];
  expect(new Set(told.map(String))).toEqual(new Set(expected.map(String)));
  expect(told).toEqual(expect.arrayContaining(expected));
});

test('a stop of many tells all, those that fail hold up no other one: their cancels are kept for the reconciler', async () => {
  const definition = await define('true');
  const runIds = await Promise.all(Array.from({ length: manyRuns }, () => accept(definition)));
  const stop = { stopId: 'of-many', askedBy: 'me', filter: {} };
  await insertBulkStop(db, stop, { filters: [], env: [], runIds }, manyRuns);
  const [refused, over] = runIds;
  const told: string[] = [];
  const activities = createStopRuns(
    depsWith({
      cancelAnswered: (runId, by) => {
        told.push(`${runId} ${by}`);
        if (runId === refused) return Promise.reject(new Error('14 UNAVAILABLE'));
        return Promise.resolve(runId === over ? 'over' : 'answered');
      },
    }),
  );
  const stopSome = (): Promise<number> => new MockActivityEnvironment().run(() => activities.stopSome(stop.stopId));
  expect([await stopSome(), await stopSome()]).toEqual([manyRuns, 0]);
  expect(told.sort()).toEqual(runIds.map((runId) => `${runId} me`).sort());
  expect(await bulkStop(db, stop.stopId)).toMatchObject({ total: manyRuns, told: manyRuns });
  const { rows } = await db.query<{ runId: string }>(
    `select run_id as "runId" from run where cancel_requested_by = 'me' and not cancel_confirmed`,
  );
  expect(rows.map(({ runId }) => runId).sort()).toEqual([refused, over].sort());
});

test('a stop of many signals the rest once a workflow does not answer, and confirms those that are told before it tells more', async () => {
  const parent = await accept(await define('true'));
  const children = 150;
  const columns = (
    await db.query<{ name: string }>(
      `select string_agg(quote_ident(column_name), ', ') as name from information_schema.columns
     where table_schema = 'public' and table_name = 'run' and is_generated = 'NEVER' and column_name not in ('run_id', 'parent_run_id')`,
    )
  ).rows[0]?.name;
  await db.query(
    `insert into run (run_id, parent_run_id, ${columns ?? ''})
     select run_id || '-' || n, run_id, ${columns ?? ''} from run, generate_series(1, $1) n`,
    [children],
  );
  await insertBulkStop(
    db,
    { stopId: 'of-slow', askedBy: 'me', filter: {} },
    { filters: [], env: [], runIds: [parent] },
    1,
  );
  const [asked, signalled, confirmed] = [[] as string[], [] as string[], [] as number[]];
  const activities = createStopRuns(
    depsWith({
      cancelAnswered: (runId) => {
        asked.push(runId);
        return Promise.resolve('signalled');
      },
      cancel: async (runId) => {
        signalled.push(runId);
        const { rowCount } = await db.query('select from run where cancel_confirmed');
        confirmed.push(rowCount ?? 0);
        return true;
      },
    }),
  );
  const stop = (): Promise<number> => new MockActivityEnvironment().run(() => activities.stopSome('of-slow'));
  expect([await stop(), await stop()]).toEqual([1, 0]);
  // As many as are told at once.
  expect(asked.length).toBeLessThanOrEqual(20);
  expect(asked.length + signalled.length).toBe(children + 1);
  expect([confirmed[0], confirmed.at(-1)]).toEqual([0, 100]);
  expect((await db.query('select from run where not cancel_confirmed')).rowCount).toBe(0);
});

test('a submit that is repeated adopts what runs, and does not start anew what was deleted', async () => {
  backend = { sight: { kind: 'absent' }, starts: 0 };
  const runId = await accept(await define('true'));
  const activities = createSubmit(depsWith({}));
  const submit = (): Promise<Submission> =>
    new MockActivityEnvironment().run(() =>
      activities.submit({ runId, attempt: 1, engine: engine.name, cluster: 'default' }, 60),
    );
  expect(await submit()).toEqual({ kind: 'created' });
  expect(await submit()).toEqual({ kind: 'created' });
  backend.sight = { kind: 'absent' };
  expect(await submit()).toMatchObject({
    kind: 'ended',
    end: { outcome: { kind: 'lost', why: 'Job deleted outside Flotilla' } },
  });
  expect(backend.starts).toBe(1);
});

test('a stop keeps the exit code that it saw before it answers with the end alone, and a later word changes nothing (invariant 8)', async () => {
  const saw = (seenExitCode: number | null): Stopped => ({ end: null, seenExitCode });
  const stops = [saw(null), saw(0), saw(137), sawNoEnd];
  backend = { sight: { kind: 'running', startedAt: Date.now() }, starts: 0, stops };
  const runId = await accept(await define('true'));
  const seen = async (): Promise<unknown> =>
    (await db.query('select seen_exit_code as code, stop_sent_at is not null as sent from attempt')).rows;
  const activities = createStop(depsWith({}));
  const answers: unknown[] = [];
  for (const code of [null, 0, 0, 0]) {
    const of = { runId, attempt: 1, engine: engine.name, cluster: 'default' };
    answers.push(await new MockActivityEnvironment().run(() => activities.stop(of, 10)));
    expect(await seen()).toEqual([{ code, sent: true }]);
  }
  expect(answers).toEqual([null, null, null, null]);
  await settle(db, runId, {
    ...{ attempt: 1, verdict: { class: 'CANCELLED', exitCode: 1, reason: 'Task terminated by - me' } },
    ...{ startedAt: null, finishedAt: new Date(), seenExitCode: null },
  });
  expect(await seen()).toEqual([{ code: 0, sent: true }]);
});

test('a stop whose try before died after the backend had stopped keeps the code of the end that it brought about', async () => {
  const end = { outcome: { kind: 'exited', code: 143 }, startedAt: 1, finishedAt: Date.now() + 60_000 } as const;
  backend = { sight: { kind: 'ended', end }, starts: 0, stops: [{ end, seenExitCode: 143 }] };
  const runId = await accept(await define('true'));
  await db.query('insert into attempt (run_id, attempt, closed_at, stop_sent_at) values ($1, 1, now(), now())', [
    runId,
  ]);
  const of = { runId, attempt: 1, engine: engine.name, cluster: 'default' };
  const activities = createStop(depsWith({}));
  expect(await new MockActivityEnvironment().run(() => activities.stop(of, 10))).toBeNull();
  const { rows } = await db.query('select seen_exit_code from attempt');
  expect(rows).toEqual([{ seen_exit_code: 143 }]);
});

test('a stop of a run that has no row reaches the backend all the same', async () => {
  const stops = [sawNoEnd];
  backend = { sight: { kind: 'running', startedAt: 1 }, starts: 0, stops };
  const of = { runId: 'in-no-row', attempt: 1, engine: engine.name, cluster: 'default' };
  expect(await new MockActivityEnvironment().run(() => createStop(depsWith({})).stop(of, 10))).toBeNull();
  expect(stops).toEqual([]);
});

const ended = true;
test.each([
  [ended, 137, 60_000, false],
  [ended, 143, 60_000, false],
  [ended, 0, 60_000, false],
  [ended, 137, -60_000, true],
  [ended, 143, -60_000, true],
  [ended, 0, -60_000, true],
  [!ended, 143, 60_000, false],
  [!ended, 0, 60_000, false],
])(
  'a submit marks and kills what it started while a stop looks, which sees the end: %s; code %d, %d ms after: is that its own end?',
  async (isSeen, code, afterMs, isOwn) => {
    const end = { outcome: { kind: 'exited', code }, startedAt: 1, finishedAt: Date.now() + afterMs } as const;
    const of = { runId: await accept(await define('true')), attempt: 1, engine: engine.name, cluster: 'default' };
    const marking: Engine = {
      ...engine,
      look: async () => {
        await db.query('update attempt set stop_sent_at = now()');
        return [isSeen ? { kind: 'ended', end } : { kind: 'running', startedAt: 1 }];
      },
      stop: () => Promise.resolve({ end, seenExitCode: code }),
    };
    const activities = createStop({ ...depsWith({}), engines: new Map([[engine.name, marking]]) });
    expect(await new MockActivityEnvironment().run(() => activities.stop(of, 10))).toEqual(isOwn ? end : null);
  },
);

test.each([
  ['was killed by a submit that found the attempt closed, at the same time', 137, 60_000, false],
  ['had ended by itself while it was looked at', 0, 60_000, true],
  ['had been killed before anybody asked for it', 137, -60_000, true],
])('a stop of what %s: is that its own end?', async (_, code, afterMs, isOwn) => {
  const end = { outcome: { kind: 'exited', code }, startedAt: 1, finishedAt: Date.now() + afterMs } as const;
  backend = { sight: { kind: 'running', startedAt: 1 }, starts: 0, stops: [{ end, seenExitCode: code }] };
  const runId = await accept(await define('true'));
  const of = { runId, attempt: 1, engine: engine.name, cluster: 'default' };
  const stopping = new MockActivityEnvironment().run(() => createStop(depsWith({})).stop(of, 10));
  expect(await stopping).toEqual(isOwn ? end : null);
});

test('what a submit started although the attempt was closed meanwhile is marked as stopped by us before it is killed, and nothing else is', async () => {
  const runId = await accept(await define('true'));
  const of = { runId, attempt: 1, engine: engine.name, cluster: 'default' };
  const marked = async (): Promise<unknown> =>
    (await db.query('select stop_sent_at is not null as sent from attempt')).rows;
  backend = { sight: { kind: 'absent' }, starts: 0 };
  const submits = createSubmit({
    ...depsWith({}),
    engines: new Map([
      [
        engine.name,
        {
          ...engine,
          submit: async (...[, key, , context]) => {
            expect(await context.wanted()).toBe(true);
            expect(await marked()).toEqual([{ sent: false }]);
            await db.query('update attempt set closed_at = now() where run_id = $1', [key.runId]);
            expect(await context.wanted()).toBe(false);
            expect(await marked()).toEqual([{ sent: false }]);
            await context.stopping();
            expect(await marked()).toEqual([{ sent: true }]);
            return { kind: 'unwanted' };
          },
        } satisfies Engine,
      ],
    ]),
  });
  expect(await new MockActivityEnvironment().run(() => submits.submit(of, 60))).toEqual({ kind: 'unwanted' });
});
