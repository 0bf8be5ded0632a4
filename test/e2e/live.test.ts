/** Streams of what happens to runs, and of their logs, through several APIs: nothing is missed, nothing comes twice. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptName } from '../../domain/id';
import { fetchJudged } from '../judge';
import { lastIdOf, openStream, type Frame, type Stream } from '../sse';
import { startStack, until, type Stack } from '../stack';

let stack: Stack;
const apis: { child: ChildProcess; url: string }[] = [];
beforeAll(async () => {
  stack = await startStack('process', {
    TEMPORAL_UI_URL: 'http://temporal.example/',
    HTTP_SERVER_CALLER_HEADER: 'X-Proven',
    HTTP_SERVER_SECRETS_VISIBLE_TO: 'seer@example.com',
  });
  stack.startWorker();
  for (let n = 0; n < 2; n += 1) apis.push({ child: await stack.startApi(), url: stack.apiUrl });
}, 180_000);
afterAll(() => stack.close(), 60_000);

const urlOf = (n: number): string => apis[n]?.url ?? '';

/** The places of all events after one, as the database has them in the end. */
async function placesAfter(id: string): Promise<string[]> {
  const [xid, eventId] = id.split('-');
  const { rows } = await stack.db.query<{ id: string }>(
    `select xid::text || '-' || event_id::text as id from run_event
     where (run_event.xid, run_event.event_id) > ($1::xid8, $2::bigint) order by run_event.xid, run_event.event_id`,
    [xid, eventId],
  );
  return rows.map((row) => row.id);
}

const idsOf = (frames: Frame[]): string[] =>
  frames.flatMap(({ id, event }) => (id === null || event === 'ready' ? [] : [id]));

/** Waits until all events that there are have been told, and sees that they were told once and in their order. */
async function untilTold(start: string, frames: () => Frame[]): Promise<void> {
  const { wanted, told } = await until('all is told', async () => {
    const [wanted, told] = [await placesAfter(start), idsOf(frames())];
    return told.length < wanted.length ? null : { wanted, told };
  });
  // More may have come since.
  expect(told.slice(0, wanted.length)).toEqual(wanted);
  expect(new Set(told).size).toBe(told.length);
}

test('the stream of a run tells each status once, through another API than the one that accepted it, and ends with it', async () => {
  const runId = await stack.execute(await stack.define('sleep 1; exit 3'));
  const url = `${urlOf(0)}/history/${runId}/stream`;
  const stream = await openStream(url);
  await stream.ends();
  const told = (event: string): Frame[] => stream.frames.filter((frame) => frame.event === event);
  const { transitions } = await stack.run(runId);
  expect(told('status').map(({ data }) => data['status'])).toEqual(transitions.map(({ status }) => status));
  expect(told('status').map(({ data }) => data['at'])).toEqual(transitions.map(({ at }) => at));
  expect(told('status').at(-1)?.data).toMatchObject({ exit_code: 3, outcome: 'USER', run_id: runId });
  expect(told('attempt').at(-1)?.data).toMatchObject({ attempt: 1, exit_code: 3, outcome: 'USER' });
  expect(stream.frames.at(-1)?.event).toBe('end');
  const versions = stream.frames.flatMap(({ data }) => (typeof data['version'] === 'number' ? [data['version']] : []));
  expect(versions).toEqual(versions.map((_, n) => n + 1));
  expect(await stack.run(runId)).toMatchObject({ version: versions.at(-1) });
  const again = await openStream(url, lastIdOf(stream.frames));
  expect(again.status).toBe(204);
  const half = await openStream(url, told('status')[1]?.id ?? '');
  await half.ends();
  expect(
    idsOf([...stream.frames.slice(0, stream.frames.indexOf(told('status')[1] as Frame) + 1), ...half.frames]),
  ).toEqual(idsOf(stream.frames));
});

test('a stream of all that is cut again and again and goes on at another API has no gap and no double', async () => {
  let stream: Stream = await openStream(`${urlOf(0)}/stream`);
  const start = (await stream.has('the place', ({ event }) => event === 'ready')).id ?? '';
  const all: Frame[] = [];
  const definition = await stack.define('true');
  const runs: Promise<string>[] = [];
  for (let round = 0; round < 6; round += 1) {
    runs.push(...Array.from({ length: 5 }, () => stack.execute(definition)));
    const seen = stream;
    await stream.has(`news of round ${round}`, ({ event }) => event === 'status' && seen.frames.length > 3);
    stream.stop();
    await stream.ends();
    all.push(...stream.frames);
    stream = await openStream(`${urlOf((round + 1) % 2)}/stream`, lastIdOf(all));
  }
  for (const runId of await Promise.all(runs)) await stack.reaches(runId, ['STOPPED']);
  await untilTold(start, () => [...all, ...stream.frames]);
  stream.stop();
}, 120_000);

test('what is committed late is neither passed by nor told out of order', async () => {
  const stream = await openStream(`${urlOf(0)}/stream`);
  await stream.has('the place', ({ event }) => event === 'ready');
  const tell = `insert into run_event (run_id, kind, data) values ($1, 'note', jsonb_build_object('n', $1::text))`;
  const late = await stack.db.connect();
  await late.query('begin');
  await late.query(tell, ['late']);
  await stack.db.query(tell, ['early']);
  // The reader has looked: what it is told of a run that is accepted now waits, too.
  await stack.db.query(`notify run_event`);
  await stack.execute(await stack.define('true'));
  expect(idsOf(stream.frames)).toEqual([]);
  await late.query('commit');
  late.release();
  await stream.has('the early one', ({ data }) => data['n'] === 'early');
  const notes = stream.frames.flatMap(({ data }) => (data['n'] === undefined ? [] : [data['n']]));
  expect(notes).toEqual(['late', 'early']);
  stream.stop();
});

test('a place that is not kept any more is answered by a reset, or by the run as it is', async () => {
  const env = [{ name: 'API_TOKEN', value: 'hush-hush' }];
  const runId = await stack.execute(await stack.define('true'), { env });
  await stack.reaches(runId, ['STOPPED']);
  await stack.db.query(`delete from run_event where run_id = $1`, [runId]);
  await stack.db.query(`update run_event_removed set xid = '5', event_id = 0`);
  const all = await openStream(`${urlOf(0)}/stream`, '4-1');
  expect((await all.has('the reset', ({ event }) => event === 'reset')).id).toMatch(/^\d+-0$/);
  all.stop();
  const ofRun = await openStream(`${urlOf(0)}/history/${runId}/stream`, '4-1');
  await ofRun.ends();
  expect(ofRun.frames.map(({ event }) => event)).toEqual(['run', 'end']);
  expect(ofRun.frames[0]?.data).toMatchObject({ run_id: runId, status: 'STOPPED', exit_code: 0 });
  expect(ofRun.frames[0]?.data['env']).toContainEqual({ name: 'API_TOKEN', value: '********' });
  const ofSeer = await openStream(`${urlOf(0)}/history/${runId}/stream`, '4-1', { 'x-proven': 'seer@example.com' });
  await ofSeer.ends();
  expect(ofSeer.frames[0]?.data['env']).toContainEqual(env[0]);
  for (const path of ['/stream', `/history/${runId}/stream`]) {
    expect((await openStream(`${urlOf(0)}${path}`, 'nonsense')).status).toBe(400);
  }
  expect((await openStream(`${urlOf(0)}/history/none/stream`)).status).toBe(404);
});

test('a log is followed to its end, and gone on with after a cut', async () => {
  const runId = await stack.execute(
    await stack.define('for n in 1 2 3 4; do echo; sleep 0.5; echo line-$n; sleep 0.5; done'),
  );
  const url = `${urlOf(1)}/${runId}/logs/stream`;
  const first = await openStream(url);
  const found = await first.has('a line', ({ event }) => event === 'log');
  first.stop();
  await first.ends();
  const rest = await openStream(url, lastIdOf(first.frames));
  await rest.ends();
  const text = [...first.frames, ...rest.frames].flatMap(({ event, data }) => (event === 'log' ? [data['log']] : []));
  expect(found.id).not.toBeNull();
  expect(text.join('\n').match(/^line-\d/gm)).toEqual(['line-1', 'line-2', 'line-3', 'line-4']);
  const lines = text.join('\n').split('\n');
  expect(lines.filter((line) => line === '')).toHaveLength(4);
  const firsts = [...first.frames, ...rest.frames].map(({ data }) => data).filter(({ log }) => log !== undefined);
  expect(firsts.map((data) => data['first_line'])).toEqual([
    1,
    ...firsts.slice(0, -1).map((data) => data['next_line']),
  ]);
  expect(rest.frames.at(-1)).toMatchObject({ event: 'end', data: { attempt: 1, total_lines: lines.length } });
  await until('all of it is told', async () =>
    (await openStream(url, lastIdOf(rest.frames))).status === 204 ? true : null,
  );
});

test('a log that is not kept any more says so at its end; one that never was does not', async () => {
  const runId = await stack.execute(await stack.define('echo kept'));
  await stack.reaches(runId, ['STOPPED']);
  const page = async (): Promise<unknown> => (await stack.call('GET', `/${runId}/logs`)).body;
  await until('its end is certain', async () => (Object.hasOwn((await page()) as object, 'total_lines') ? true : null));
  expect(await page()).not.toHaveProperty('log_state');
  await rm(join(stack.folder, 'attempts', attemptName({ runId, attempt: 1 })), { recursive: true });
  expect(await page()).toMatchObject({ log: '', log_state: 'gone' });
  const stream = await openStream(`${urlOf(1)}/${runId}/logs/stream`);
  await stream.ends();
  expect(stream.frames.at(-1)).toMatchObject({ event: 'end', data: { log_state: 'gone' } });
  await stack.db.query('update attempt set created_at = null where run_id = $1', [runId]);
  expect(await page()).not.toHaveProperty('log_state');
});

test('a run explains itself: where it is, since when, why it ended, what to do, and where its workflow is', async () => {
  const runId = await stack.execute(await stack.define('exit 9'));
  await stack.reaches(runId, ['STOPPED']);
  const { status, body } = await stack.call('GET', `/history/${runId}/explain`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    run_id: runId,
    status: 'STOPPED',
    headline: 'Its command failed: Command exited with code 9',
    attempts: [{ attempt: 1, exit_code: 9, outcome: 'USER', exit_reason: 'Command exited with code 9' }],
    workflow_url: `http://temporal.example/namespaces/default/workflows/${runId}`,
  });
  const { chain } = body as { chain: { what: string }[] };
  expect(chain.map(({ what }) => what)).toEqual([
    'Accepted, to run on local/default',
    'Attempt 1 was given to local/default',
    'local/default took it',
    'Its command began',
    'It ended (USER): Command exited with code 9. Not tried again: a command that failed by itself would fail again',
  ]);
  expect((await stack.call('GET', '/history/none/explain')).status).toBe(404);
});

test('an end that the job’s caller reports is streamed, explained, listed and counted like any other', async () => {
  const env = [{ name: 'API_TOKEN', value: 'hush-hush' }];
  const definition = await stack.define('sleep 600');
  const runId = await stack.execute(definition, { env });
  const stream = await openStream(`${urlOf(1)}/history/${runId}/stream`);
  await stack.reaches(runId, ['RUNNING']);
  const report = { status: 'STOPPED', exit_code: 4, run_exceptions: ['Repository not found'] };
  expect(await stack.call('PUT', `/${runId}/status`, report)).toEqual({ status: 200, body: { updated: true } });
  await stream.ends();
  const end = { exit_code: 4, exit_reason: 'Git clone error', outcome: 'REPORTED' };
  expect(stream.frames.findLast(({ event }) => event === 'status')?.data).toMatchObject({ status: 'STOPPED', ...end });
  expect(stream.frames.findLast(({ event }) => event === 'attempt')?.data).toMatchObject({ outcome: 'REPORTED' });
  expect(JSON.stringify(stream.frames)).not.toMatch(/hush-hush|"env"/);
  const { body } = await stack.call('GET', `/history/${runId}/explain`);
  expect(body).toMatchObject({
    headline: 'Somebody said so: Git clone error',
    attempts: [{ attempt: 1, outcome: 'REPORTED' }],
    next: ['Read the end of its log: an end of its own was not seen'],
    actions: [{ kind: 'log', text: 'Read the end of its log: an end of its own was not seen' }],
  });
  const { chain } = body as { chain: { what: string }[] };
  expect(chain.at(-1)?.what).toMatch(/^It ended \(REPORTED\): Git clone error.*\. Nothing is to be tried again$/);
  expect(JSON.stringify(body)).not.toContain('hush-hush');
  for (const [outcome, total] of [
    ['REPORTED', 1],
    ['USER', 0],
  ] as const) {
    const list = await stack.call('GET', `/history?definition_id=${definition}&outcome=${outcome}`);
    expect(list.body).toMatchObject({ total, history: total === 0 ? [] : [{ run_id: runId, ...end }] });
  }
});

test('an API that ends in order ends its streams; its clients go on at another one', async () => {
  const definition = await stack.define('true');
  const api = { child: await stack.startApi(), url: stack.apiUrl };
  const stream = await openStream(`${api.url}/stream`);
  const place = (await stream.has('the place', ({ event }) => event === 'ready')).id;
  const gone = once(api.child, 'exit');
  api.child.kill('SIGTERM');
  await stream.ends();
  expect(await gone).toEqual([0, null]);
  const next = await openStream(`${urlOf(0)}/stream`, place);
  const answer = await fetchJudged(`${urlOf(0)}/task/${definition}/execute`, {
    method: 'PUT',
    body: JSON.stringify({ run_tags: { owner_id: 'tester' } }),
  });
  const { run_id: runId } = (await answer.json()) as { run_id: string };
  await next.has('the run', ({ data }) => data['run_id'] === runId);
  next.stop();
});

// The last: what comes after it would wait for Postgres.
test('Postgres killed under open streams: they go on once it is back, without gap or double', async () => {
  const stream = await openStream(`${urlOf(0)}/stream`);
  const start = (await stream.has('the place', ({ event }) => event === 'ready')).id ?? '';
  await stack.killServer('postgres');
  await stack.restart('postgres');
  const execute = async (): Promise<string> => {
    const answer = await fetchJudged(`${urlOf(0)}/task/${await define()}/execute`, {
      method: 'PUT',
      body: JSON.stringify({ run_tags: { owner_id: 'tester' } }),
    });
    return ((await answer.json()) as { run_id: string }).run_id;
  };
  const define = async (): Promise<string> => {
    const job = { alias: `back-${Math.random()}`, group_name: 'test', image: 'x', memory: 64, command: 'true' };
    const answer = await fetchJudged(`${urlOf(0)}/task`, { method: 'POST', body: JSON.stringify(job) });
    return ((await answer.json()) as { definition_id: string }).definition_id;
  };
  const runId = await until('a run is accepted again', execute);
  await stream.has('its end', ({ data }) => data['run_id'] === runId && data['status'] === 'STOPPED', 120);
  await untilTold(start, () => stream.frames);
  stream.stop();
});
