/** The docker engine against a Docker of our own making: one that hangs, breaks off, or has more to say than fits. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import type { AttemptKey } from '../../domain/id';
import { anywhere, type Job } from '../../domain/job';
import { sawNoEnd, type Engine, type Sighting, type SubmitContext } from '../../engines/engine';
import { createDockerEngine } from '../../engines/local/docker';
import { NoAnswer, within } from '../../engines/local/docker-call';
import { keepIn } from './keep-in';
import { textOf } from '../log-text';

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;
/** By method and the path's beginning; what is not there is a 404. */
type Answers = Record<string, Answer>;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function dockerThat(answers: Answers): Promise<{ docker: Docker; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const called = `${request.method ?? ''} ${decodeURIComponent(request.url ?? '')}`;
    asked.push(called);
    const [, answer] = Object.entries(answers).find(([start]) => called.startsWith(start)) ?? [];
    if (answer === undefined) json({ message: 'no such thing' }, 404)(request, response);
    else answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { docker: new Docker({ protocol: 'http', host: '127.0.0.1', port }), asked };
}

const engineOn = (docker: Docker): Engine =>
  createDockerEngine({ docker, clusters: ['default'], keepSeconds: 3600, inspectMs: 200 });

const json =
  (body: unknown, status = 200): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const hang: Answer = () => undefined;

const key = (runId: string): AttemptKey => ({ runId, attempt: 1 });
const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const running = { State: { Status: 'running', StartedAt: '2026-01-01T00:00:00Z' }, HostConfig: {}, Config: {} };
const never = '0001-01-01T00:00:00Z';

const job: Job = {
  ...anywhere,
  source: { definitionId: 'etl-1', alias: 'etl', groupName: 'etl', tags: [] },
  owner: 'me',
  deadlineSeconds: 60,
  image: 'example.com/job:1',
  command: 'true',
  env: [],
  cpu: null,
  memoryMb: null,
  gpu: null,
  sharedMemoryMb: null,
  ports: [],
  privileged: false,
};
const context: SubmitContext = {
  signal: new AbortController().signal,
  accepted: () => Promise.resolve(),
  note: () => undefined,
  wanted: () => Promise.resolve(true),
  stopping: () => Promise.resolve(),
};

describe('a pull that fails after its answer began', () => {
  test.each([
    ['no space left on device', /^Image example.com\/job:1 could not be pulled: .*no space left on device$/],
    [
      'manifest for example.com/job:1 not found: manifest unknown',
      /^Image example.com\/job:1 not found or not pullable/,
    ],
    ['unauthorized: authentication required', /^Not authorised to pull example.com\/job:1/],
  ])('%s: is the end of the attempt, and no container is asked for', async (message, why) => {
    const { docker, asked } = await dockerThat({
      'POST /images/create': (_, response) =>
        response.end(`{"status":"Pulling"}\r\n${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`),
    });
    const submission = await engineOn(docker).submit('default', key('run'), job, context);
    expect(submission).toMatchObject({ kind: 'ended', end: { outcome: { kind: 'not-started' } } });
    expect(submission).toMatchObject({ end: { outcome: { why: expect.stringMatching(why) as string } } });
    expect(asked.filter((call) => call.startsWith('POST /containers'))).toEqual([]);
  });
});

describe('a Docker that hangs', () => {
  test('on one container: the others are seen, and of that one what the list tells', async () => {
    const listed = { State: 'running', Created: 1_700_000_000, Labels: {} };
    const { docker } = await dockerThat({
      'GET /containers/hangs': hang,
      'GET /containers/runs': json(running),
      'GET /containers/json': json([listed]),
    });
    expect(await engineOn(docker).look('default', [key('hangs'), key('runs'), key('gone')])).toEqual([
      { kind: 'running', startedAt: 1_700_000_000_000 },
      { kind: 'running', startedAt: Date.parse('2026-01-01T00:00:00Z') },
      { kind: 'absent' },
    ]);
  });

  test('in the middle of an answer: the call is given up, and its connection with it', async () => {
    let closed = false;
    const { docker } = await dockerThat({
      'GET /containers/half': (_, response) => {
        response.on('close', () => (closed = true));
        response.writeHead(200).write('{"State":');
      },
    });
    const call = within(200, 'half', (abortSignal) => docker.getContainer('half').inspect({ abortSignal }));
    await expect(call).rejects.toThrow(NoAnswer);
    await expect(call).rejects.toThrow('Docker did not answer within 0.2 s: half');
    await sleep(100);
    expect(closed).toBe(true);
  });

  test('on a call that knows no signal: it is given up all the same', async () => {
    const { docker } = await dockerThat({ 'GET /info': hang });
    await expect(within(100, 'info', () => docker.info())).rejects.toThrow(NoAnswer);
  });
});

test('of a log larger than a page no more is read than the page needs', async () => {
  const logBytes = 256 * 1024 * 1024;
  let sent = 0;
  const payload = Buffer.from(`2026-01-01T00:00:00.000000001Z ${'x'.repeat(8000)}\n`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  const frames = Buffer.concat(Array.from({ length: 32 }, () => [header, payload]).flat());
  const { docker } = await dockerThat({
    'GET /containers/run/json': json({ State: { Running: false } }),
    'GET /containers/run/logs': async (_, response) => {
      const isFull = (): boolean => response.writableNeedDrain && !response.destroyed;
      while (sent < logBytes && !response.destroyed) {
        sent += frames.length;
        response.write(frames);
        while (isFull()) await sleep(1);
      }
      response.end();
    },
  });
  const page = await engineOn(docker).logs('default', key('run'), '', 1024 * 1024);
  expect(textOf(page).length).toBeGreaterThan(1000_000);
  expect(textOf(page).length).toBeLessThan(1100_000);
  expect(sent).toBeLessThan(logBytes / 8);
});

test('of a container that is gone no log is kept', async () => {
  const { docker } = await dockerThat({});
  const page = await engineOn(docker).logs('default', key('run'), '1700000000/3', 1024);
  expect(page).toEqual({ lines: [], cursor: '1700000000/3', isGone: true });
});

describe('a stop', () => {
  const over = { Status: 'exited', ExitCode: 143, OOMKilled: false, StartedAt: never, FinishedAt: never };
  const exited = json({ State: over, HostConfig: {}, Config: {} });
  /** One that runs until it is stopped; `after` is what Docker answers from then on. */
  const stoppable = (after: Answer, stopped: Answer = (_, response) => response.writeHead(204).end()): Answers => {
    let isStopped = false;
    return {
      'GET /containers/run': (request, response) => (isStopped ? after : json(running))(request, response),
      'POST /containers/run/stop': (request, response) => {
        isStopped = true;
        stopped(request, response);
      },
    };
  };
  const end = { outcome: { kind: 'exited', code: 143 }, startedAt: null, finishedAt: null };

  test.each<[string, Answers, object]>([
    ['tells the code of what it ended, and no end of its own', stoppable(exited), { end: null, seenExitCode: 143 }],
    ['is made, though Docker does not show how it ended', stoppable(hang), sawNoEnd],
    ['is made, though its container is gone', stoppable(json({}, 404)), sawNoEnd],
    [
      'that overtakes no end tells it',
      stoppable(exited, (_, response) => response.writeHead(304).end()),
      { end, seenExitCode: 143 },
    ],
    ['of what is over tells its end', { 'GET /containers/run': exited }, { end, seenExitCode: 143 }],
    ['of what is not there tells none', {}, sawNoEnd],
  ])('%s', async (_, answers, told) => {
    const { docker } = await dockerThat(answers);
    expect(await engineOn(docker).stop('default', key('run'), 1)).toEqual(told);
  });
});

describe('clusters', () => {
  const endless: Answer = (_, response) => response.writeHead(200).write('\n');

  test('a container says of which cluster it is', async () => {
    let body = '';
    const { docker } = await dockerThat({
      'GET /images': json({}),
      'POST /containers/create': (request, response) => {
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => json({ message: 'enough' }, 400)(request, response));
      },
    });
    await engineOn(docker).submit('second', key('run'), job, context);
    expect((JSON.parse(body) as { Labels: object }).Labels).toEqual({
      'flotilla.run_id': 'run',
      'flotilla.attempt': '1',
      'flotilla.cluster': 'second',
      'flotilla.keep_seconds': '3600',
    });
  });

  test('an observer asks for the containers and events of its own cluster alone', async () => {
    const { docker, asked } = await dockerThat({ 'GET /events': endless, 'GET /containers/json': json([]) });
    const done = new AbortController();
    const observed = engineOn(docker).observe('second', () => Promise.resolve(true), done.signal);
    await sleep(200);
    done.abort();
    await observed;
    for (const start of ['GET /events', 'GET /containers/json']) {
      expect(asked.find((call) => call.startsWith(start))).toContain(
        '"label":["flotilla.run_id","flotilla.cluster=second"]',
      );
    }
  });
});

test('a pass of tidying takes what is old, and goes on after one that hangs', async () => {
  const labels = { 'flotilla.keep_seconds': '3600' };
  const day = 86_400;
  const containers: Record<string, { State: object; Created: string } | null> = {
    hangs: null,
    exitedOld: { State: { Status: 'exited', FinishedAt: secondsAgo(3700) }, Created: secondsAgo(9000) },
    exitedNew: { State: { Status: 'exited', FinishedAt: secondsAgo(3500) }, Created: secondsAgo(9000) },
    createdOld: { State: { Status: 'created', FinishedAt: never }, Created: secondsAgo(day + 60) },
    createdNew: { State: { Status: 'created', FinishedAt: never }, Created: secondsAgo(day - 60) },
    deadOld: { State: { Status: 'dead', FinishedAt: never }, Created: secondsAgo(3700) },
  };
  const answers: Answers = {
    'GET /events': (_, response) => response.writeHead(200).write('\n'),
    'GET /containers/json': (request, response) => {
      const tidies = decodeURIComponent(request.url ?? '').includes('"status":["exited","created","dead"]');
      json(tidies ? Object.keys(containers).map((Id) => ({ Id, Labels: labels })) : [])(request, response);
    },
    'DELETE /containers': json({}),
  };
  for (const [id, found] of Object.entries(containers)) {
    answers[`GET /containers/${id}/json`] = found === null ? hang : json(found);
  }
  const { docker, asked } = await dockerThat(answers);
  const done = new AbortController();
  const seen: Sighting[] = [];
  const observed = engineOn(docker).observe('default', keepIn(seen), done.signal);
  await sleep(800);
  done.abort();
  await observed;
  const removed = asked.filter((call) => call.startsWith('DELETE')).map((call) => call.replace(/\?.*/, ''));
  expect(removed).toEqual(['exitedOld', 'createdOld', 'deadOld'].map((id) => `DELETE /containers/${id}`));
});
