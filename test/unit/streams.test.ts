/** Streams: how many there are, and what becomes of clients that read slowly, or not at all. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { pino } from 'pino';
import { answerErrors } from '../../api/errors';
import { Streams } from '../../api/streams';

type Frames = (signal: AbortSignal) => AsyncGenerator<string>;
const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

async function serve(streams: Streams, frames: Frames): Promise<number> {
  const app = new Koa();
  app.silent = true;
  app.use(answerErrors(pino({ level: 'silent' })));
  app.use((ctx) => {
    streams.start(ctx, frames);
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    streams.close();
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function* silent(signal: AbortSignal): AsyncGenerator<string> {
  yield ': here\n\n';
  if (!signal.aborted) await once(signal, 'abort');
}

async function open(port: number): Promise<{ status: number; body: Response; hangUp: () => void }> {
  const gone = new AbortController();
  const body = await fetch(`http://127.0.0.1:${port}/`, { signal: gone.signal });
  const hangUp = (): void => {
    gone.abort();
  };
  return { status: body.status, body, hangUp };
}

test('one too many is refused with a sentence, and finds a place once another has gone', async () => {
  const port = await serve(new Streams({ maxStreams: 2 }), silent);
  const [first, second] = [await open(port), await open(port)];
  expect([first.status, second.status]).toEqual([200, 200]);
  const refused = await open(port);
  expect([refused.status, await refused.body.json()]).toEqual([
    503,
    { error: expect.stringMatching(/^No stream is free/) as unknown },
  ]);
  first.hangUp();
  let { status } = refused;
  for (let tries = 0; status === 503 && tries < 100; tries += 1) {
    await sleep(20);
    ({ status } = await open(port));
  }
  expect(status).toBe(200);
});

test('for a client that takes nothing no more is made than its connection holds, and it is cut off', async () => {
  const seen = { made: 0, isOver: false };
  const text = 'x'.repeat(64 * 1024);
  const port = await serve(new Streams({ stalledMs: 2000 }), async function* (signal) {
    try {
      for (; !signal.aborted; seen.made += 1) {
        yield text;
        await sleep(0);
      }
    } finally {
      seen.isOver = true;
    }
  });
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  closings.push(() => client.destroy());
  let held = -1;
  while (seen.made === 0 || held !== seen.made) {
    held = seen.made;
    await sleep(300);
  }
  expect(seen.isOver).toBe(false);
  for (let tries = 0; !seen.isOver && tries < 400; tries += 1) await sleep(50);
  expect(seen).toEqual({ made: held, isOver: true });
});

test('a client that reads slowly gets all of it, in order', async () => {
  const port = await serve(new Streams({ stalledMs: 2000 }), async function* () {
    for (let n = 0; n < 500; n += 1) yield `${n}${' '.repeat(8192)}\n`;
    await Promise.resolve();
  });
  const { body } = await open(port);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    await sleep(2);
  }
  const numbers = text.split('\n').flatMap((line) => (/^\d+ *$/.test(line) ? [Number.parseInt(line)] : []));
  expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n));
});
