/** What became of runs, by a judge past our code: by what the tasks and containers have counted themselves. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { TaskRecord } from '../aws/ecs/index';
import { credentials, logGroup } from './bed';
import type { EcsStack } from './stack';

/** Exit codes below are no signals: their sentence is the plain one. */
export const plainCodes = 100;

/** A container that writes down each start, its own included. */
export const counting = (code: number): string => `echo "start of $FLOTILLA_RUN_ID"; sleep 0.2; exit ${code}`;

/** What has not happened exactly once to each of `all`, and what has happened to others; empty where all is well. */
export function notOnce(all: Iterable<string>, happened: string[]): string[] {
  const times = new Map([...all].map((name) => [name, 0]));
  const strangers = happened.filter((name) => !times.has(name));
  for (const name of happened) times.set(name, (times.get(name) ?? 0) + 1);
  const wrong = [...times].filter(([name, count]) => count !== 1 || strangers.includes(name));
  return wrong.map(([name, count]) => `${name}: ${count} times`);
}

/** The attempt, `<run>/<attempt>`, of each task that AWS has made. */
export function made(tasks: TaskRecord[]): string[] {
  return tasks.map(({ startedBy }) => startedBy?.split('/').slice(-2).join('/') ?? 'nobody');
}

/** The attempt of each start of a task's container, by the task's own count. */
export function begun(tasks: TaskRecord[]): string[] {
  return tasks.flatMap((task) => Array.from({ length: task.starts }, () => made([task])).flat());
}

export type Ends = Map<string, { code: number; isReal: boolean }>;

/** What is wrong with the runs, each of which must have ended by itself at its first attempt; a sentence each. */
export async function wrongRuns({ stack, aws }: EcsStack, ends: Ends): Promise<string[]> {
  const wrong: string[] = [];
  for (const [runId, { code }] of ends) {
    const run = await stack.run(runId);
    const seen = `${run.status} ${run.exit_code ?? '-'} ${run.attempt_count} ${run.exit_reason ?? '-'}`;
    if (seen !== `STOPPED ${code} 1 Command exited with code ${code}`) wrong.push(`${runId}, code ${code}: ${seen}`);
  }
  const ours = aws.control.tasks().filter(({ startedBy }) => startedBy?.startsWith('flotilla-') === true);
  const attempts = [...ends.keys()].map((runId) => `${runId}/1`);
  const real = [...ends].filter(([, { isReal }]) => isReal).map(([runId]) => runId);
  return [
    ...wrong,
    ...notOnce(attempts, made(ours)).map((text) => `task of ${text}`),
    ...notOnce(attempts, begun(ours)).map((text) => `start of ${text}`),
    ...notOnce(real, await written(aws.endpoint)).map((text) => `container of ${text}`),
  ];
}

/** The run of each container that says that it was started. */
async function written(endpoint: string): Promise<string[]> {
  // It meets the same bad day as those that it judges.
  const logs = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 20 });
  try {
    const lines: string[] = [];
    for (let nextToken: string | undefined; ;) {
      const page = await logs.send(new FilterLogEventsCommand({ logGroupName: logGroup, nextToken }));
      lines.push(...(page.events ?? []).map(({ message = '' }) => message));
      nextToken = page.nextToken;
      if (nextToken === undefined) break;
    }
    return lines.flatMap((line) => /^start of (\S+)$/.exec(line)?.[1] ?? []);
  } finally {
    logs.destroy();
  }
}

/** What AWS's models do not allow in our requests, and trouble of the test AWS; how moto answers is no business of ours. */
export function violations({ aws }: EcsStack): string[] {
  return aws.control.violations().filter((one) => !/^answer (?:sqs|events|logs) /.test(one));
}
