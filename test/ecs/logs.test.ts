/** Logs of tasks, read from CloudWatch: live and whole, in the order they were written, and never taken for the end when they are late. */
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { until } from '../stack';
import { credentials, logGroup } from './bed';
import { startEcsStack, type EcsStack } from './stack';
import { fetchJudged } from '../judge';

const lines = 20_000;
/** Two pages of CloudWatch's, and more lines of one millisecond than a page of its has. */
const print = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) printf "line %06d of the output\\n", i }'`;
const ticks = 100;
const retentionDays = 14;

let bed: EcsStack;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  bed = await startEcsStack({
    ECS_CLUSTERS: 'main empty',
    ECS_LOG_RETENTION_DAYS: String(retentionDays),
    RUN_RETRY_INFRA_LOST_ATTEMPTS: '2',
  });
  await bed.addCluster('empty');
  logs = new CloudWatchLogsClient({ endpoint: bed.aws.endpoint, region: 'us-east-1', credentials });
  bed.stack.startWorker();
  await bed.stack.startApi();
});
afterAll(async () => {
  logs.destroy();
  await bed.close();
});

test.concurrent(
  `${lines} lines written just before the exit come back complete and in order, whole and by paging`,
  async () => {
    const runId = await bed.start(`exec ${print}`);
    await bed.stack.reaches(runId, ['STOPPED']);
    await hasAll(runId);
    expectWhole(await bed.stack.wholeLog(runId));
    const paged = await bed.stack.pagesAfter(runId, '');
    expect(paged.pages).toBeGreaterThan(1);
    expectWhole(paged.text);
  },
);

test.concurrent(
  'a log is read while its command runs, and the cursor goes on without a gap or a doubled line',
  async () => {
    const runId = await bed.start(`for i in $(seq ${ticks}); do echo "tick $i"; sleep 0.1; done`);
    let read = { text: '', cursor: '' };
    const statuses = new Set<string>();
    await until('the last line is there', async () => {
      const { text, cursor } = await bed.stack.pagesAfter(runId, read.cursor);
      read = { text: read.text + text, cursor };
      if (text.includes('tick')) statuses.add((await bed.stack.run(runId)).status);
      return read.text.includes(`tick ${ticks}\n`) ? true : null;
    });
    expect([...statuses]).toContain('RUNNING');
    await bed.stack.reaches(runId, ['STOPPED']);
    const more = await bed.stack.pagesAfter(runId, read.cursor);
    expect(ticksIn(read.text + more.text)).toEqual(Array.from({ length: ticks }, (_, n) => n + 1));
    // What was read to its end stays read.
    expect(await bed.stack.pagesAfter(runId, more.cursor)).toEqual({ text: '', cursor: more.cursor, pages: 0 });
  },
);

test.concurrent('the logs of all attempts come one after the other', async () => {
  const runId = await bed.script('hang;log:hello;spot:1s', { retry_on_interruption: true });
  expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ outcome: 'INFRA_LOST', attempt_count: 2 });
  expect(await bed.stack.wholeLog(runId)).toBe('hello\nhello\n');
  expect((await bed.stack.pagesAfter(runId, '')).text).toBe('hello\nhello\n');
});

test.concurrent('a run whose task writes nothing yet has an empty log', async () => {
  const waiting = await bed.start('true', {}, { cluster: 'empty' });
  const pending = await bed.script('hang;stuck:PENDING');
  await bed.stack.notes(waiting, /no container instances/);
  await bed.stack.reaches(pending, ['PENDING']);
  for (const runId of [waiting, pending]) {
    const { status, body } = await bed.stack.call('GET', `/${runId}/logs`);
    expect([status, (body as { log: string }).log]).toEqual([200, '']);
    expect(await bed.stack.wholeLog(runId)).toBe('');
    await bed.stack.cancel(runId, 'me@example.com');
    await bed.stack.reaches(runId, ['STOPPED']);
  }
});

test.concurrent('the log group was missing and has the retention that we want', async () => {
  await bed.runningTask(await bed.script('hang'));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroup }));
  expect(logGroups).toMatchObject([{ logGroupName: logGroup, retentionInDays: retentionDays }]);
});

describe('CloudWatch makes trouble:', () => {
  afterEach(() => {
    bed.aws.control.faults([]);
  });

  test('with throttling now and then a log is whole', async () => {
    const runId = await bed.start(`exec ${print}`);
    await bed.stack.reaches(runId, ['STOPPED']);
    await hasAll(runId);
    bed.aws.control.faults([{ service: 'logs', operation: 'GetLogEvents', kind: 'throttle', chance: 0.5 }]);
    bed.aws.control.seed(7);
    expectWhole(await bed.stack.wholeLog(runId));
    expect(bed.aws.control.calls()['logs.GetLogEvents throttle']).toBeGreaterThan(0);
  });

  test('throttling that does not end is told, and neither called the end of a log nor of an attempt', async () => {
    const runId = await bed.script('hang;log:hello;spot:1s', { retry_on_interruption: true });
    await bed.stack.reaches(runId, ['STOPPED']);
    const first = (await bed.stack.call('GET', `/${runId}/logs`)).body as { log: string; last_seen: string };
    expect(first.log).toBe('hello');
    bed.aws.control.faults([{ service: 'logs', operation: 'GetLogEvents', kind: 'throttle' }]);
    const path = `/${runId}/logs?last_seen=${encodeURIComponent(first.last_seen)}`;
    expect((await bed.stack.call('GET', path)).status).toBe(503);
    expect((await fetchJudged(`${bed.stack.apiUrl}/${runId}/logs?raw_text=true`)).status).toBe(503);
    bed.aws.control.faults([]);
    expect((await bed.stack.pagesAfter(runId, first.last_seen)).text).toBe('hello\n');
    expect(await bed.stack.wholeLog(runId)).toBe('hello\nhello\n');
  });
});

/** Waits for the last line. */
async function hasAll(runId: string): Promise<void> {
  let cursor = '';
  await until('the last line is there', async () => {
    const page = await bed.stack.pagesAfter(runId, cursor);
    cursor = page.cursor;
    return page.text.includes(`line 0${lines} `) ? true : null;
  });
}

function ticksIn(text: string): number[] {
  return [...text.matchAll(/^tick (\d+)$/gm)].map(([, number]) => Number(number));
}

function expectWhole(text: string): void {
  const numbers = [...text.matchAll(/^line (\d{6}) of the output$/gm)].map(([, number]) => Number(number));
  expect(numbers.findIndex((number, n) => number !== n + 1)).toBe(-1);
  expect(numbers).toHaveLength(lines);
}
