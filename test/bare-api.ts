/** The API on a database of a test's own, without Temporal: runs are accepted, and nothing happens to them but what the test does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createApi } from '../api/app';
import { News } from '../api/news';
import { Streams } from '../api/streams';
import { createSimulatedEngine, simulatedCluster } from '../bench/simulated-engine';
import { settle } from '../db/run';
import { classify, type Outcome } from '../domain/outcome';
import { fetchJudged } from './judge';
import { startDatabase } from './postgres';
import type { Answer } from './stack';

export type BareApi = Awaited<ReturnType<typeof startBareApi>>;

export const bareEngines = ['one', 'two'];
export { simulatedCluster as bareCluster };

export async function startBareApi() {
  const database = await startDatabase();
  const { db } = database;
  const log = pino({ level: 'silent' });
  /** What a test puts here is how Temporal answers. */
  const temporal = { answer: (): Promise<void> => Promise.resolve() };
  const app = createApi({
    db,
    engines: new Map(bareEngines.map((name) => [name, createSimulatedEngine(name, 'stays').engine])),
    runs: {
      start: () => Promise.resolve(true),
      cancel: () => Promise.resolve(true),
      report: () => Promise.resolve(true),
      setPickup: () => Promise.resolve('set'),
      stopRuns: () => Promise.resolve(),
      ensureDelivery: () => Promise.resolve(),
      requireTemporal: () => temporal.answer(),
    },
    templates: { check: () => Promise.reject(new Error('none')), render: () => Promise.reject(new Error('none')) },
    isImageMissing: null,
    ...{ news: new News({ db, log }), streams: new Streams(), log },
    settings: {
      ...{ version: '1.2.3', mode: 'test' },
      baseUri: '',
      ownerVariable: 'FLOTILLA_RUN_OWNER_ID',
      defaultEngine: 'one',
      deadlineSeconds: 60,
      stopGraceSeconds: 10,
      maxBodyBytes: 65536,
      ...{ corsOrigins: ['https://ui.example.com'], callerHeader: 'x-proven', secretsVisibleTo: ['seer'] },
      workflowsUrl: 'http://temporal.example/namespaces/default/workflows',
      uiFolder: null,
    },
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v6`;

  async function call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetchJudged(`${url}${path}`, init);
    return { status: response.status, body: await response.json() };
  }

  return {
    db,
    temporal,
    url,
    call,
    /** The answer's body; throws where it is a refusal. */
    async ask<Body>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Body> {
      const answer = await call(method, path, body, headers);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer));
      return answer.body as Body;
    },
    async end(runId: string, outcome: Outcome, at = new Date()): Promise<void> {
      const verdict = classify(outcome, 1);
      await settle(db, runId, { attempt: 1, verdict, startedAt: at, finishedAt: at, seenExitCode: null });
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}
