/** Logs come back whole and in order: live from the pod, and from where they are kept once the Job is gone. */
import { clusterOfSetup } from '../cluster/cluster';
import { until } from '../stack';
import { onlyFirst, startEksStack, type EksStack } from './stack';

const lines = 100_000;
/** Each of 25 characters: two pages and more, and less than the 10 MB at which a kubelet begins a new file. */
const print = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) printf "line %06d of the output\\n", i }'`;
const fast = { cpu: 500, memory: 64 };
const cluster = clusterOfSetup();
let eks: EksStack;

(cluster === null ? describe.skip : describe)('on Kubernetes', () => {
  beforeAll(async () => {
    if (cluster === null) return;
    // An ended Job is removed by Kubernetes as soon as that.
    eks = await startEksStack(cluster, { EKS_JOB_TTL: '6', RUN_RETRY_INFRA_LOST_ATTEMPTS: '2' });
    eks.stack.startWorker();
    await eks.stack.startApi();
  }, 180_000);
  afterAll(() => eks.close(), 60_000);

  test.concurrent(
    '100,000 lines written just before the exit come back complete, at once and after the Job is gone',
    async () => {
      const runId = await endedOnceKeptWhole();
      expectWhole(await eks.stack.wholeLog(runId));
      await gone(runId);
      expectWhole(await eks.stack.wholeLog(runId));
      const paged = await eks.stack.pagesAfter(runId, '');
      expect(paged.pages).toBeGreaterThan(2);
      expectWhole(paged.text);
    },
  );

  test.concurrent(
    '100,000 lines come back live by paging, and the cursor goes on where it was once the Job is gone',
    async () => {
      const runId = await eks.start(`${print}; sleep 15; echo the end`, fast);
      let live = { text: '', cursor: '' };
      await until('all lines are there', async () => {
        const { text, cursor } = await eks.stack.pagesAfter(runId, live.cursor);
        live = { text: live.text + text, cursor };
        return live.text.includes(`line ${lines} `) ? live : null;
      });
      expect((await eks.stack.run(runId)).status).toBe('RUNNING');
      expectWhole(live.text);
      await eks.stack.reaches(runId, ['STOPPED']);
      await gone(runId);
      // The shell shows what it runs.
      expect(
        (await eks.stack.pagesAfter(runId, live.cursor)).text
          .trim()
          .split('\n')
          .filter((line) => !line.startsWith('+ ')),
      ).toEqual(['the end']);
      expectWhole(await eks.stack.wholeLog(runId));
    },
  );

  // It takes a second to end: the kubelet removes a container that ends at once before anybody can ask for its log.
  test.concurrent('the logs of all attempts come one after the other, after their Jobs are gone, too', async () => {
    const runId = await eks.start(
      onlyFirst('trap "echo told to end; sleep 1; exit 143" TERM; echo first; sleep 60 & wait', 'echo second; exit 3'),
      { retry_on_interruption: true },
    );
    await until('the first attempt says so', async () => ((await said(runId)).includes('first') ? true : null));
    const [pod] = await eks.pods(runId);
    const name = pod?.metadata.name ?? '';
    await eks.api('POST', `${eks.path}/pods/${name}/eviction`, {
      ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: eks.namespace } },
    });
    expect(await eks.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 3, attempt_count: 2 });
    const whole = ['first', 'told to end', 'second'];
    expect(await said(runId)).toEqual(whole);
    await gone(runId);
    expect(await said(runId)).toEqual(whole);
  });
});

/**
 * A run that has printed all lines, once its node has them: a node that is short of CPU loses what a container printed last, for its
 * runtime closes the pipes two seconds after the exit, read or not. Then a new run is tried.
 */
async function endedOnceKeptWhole(): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const runId = await eks.start(`exec ${print}`, fast);
    await eks.stack.reaches(runId, ['STOPPED']);
    const [pod] = await eks.pods(runId);
    const kept = String(await eks.api('GET', `${eks.path}/pods/${pod?.metadata.name ?? ''}/log`));
    if (kept.endsWith(`line ${lines} of the output\n`) || tries === 3) return runId;
  }
}

async function gone(runId: string): Promise<void> {
  await until('Kubernetes has removed its Job and its pod', async () => {
    const jobs = `/apis/batch/v1/namespaces/${eks.namespace}/jobs?labelSelector=flotilla-run-id%3D${runId}`;
    const { items } = (await eks.api('GET', jobs)) as { items: unknown[] };
    return items.length === 0 && (await eks.pods(runId)).length === 0 ? true : null;
  });
}

async function said(runId: string): Promise<string[]> {
  return (await eks.stack.wholeLog(runId)).split('\n').filter((line) => line !== '' && !line.startsWith('+'));
}

function expectWhole(text: string): void {
  const numbers = [...text.matchAll(/^line (\d{6}) of the output$/gm)].map(([, number]) => Number(number));
  expect(numbers.findIndex((number, n) => number !== n + 1)).toBe(-1);
  expect(numbers).toHaveLength(lines);
}
