/** Logs of tasks in CloudWatch (engine-behaviour.md §1.8): one stream a container, read by its forward tokens. */
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  GetLogEventsCommand,
  PutRetentionPolicyCommand,
  type CloudWatchLogsClient,
  type GetLogEventsCommandOutput,
  type OutputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogLine, LogPage } from '../engine';
import { taskIdIn } from './names';
import type { LogPlace } from './settings';

/** AWS's most for one page. */
const eventsPerPage = 10_000;

export function streamOf({ prefix }: LogPlace, containerName: string, taskArn: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}${containerName}/${taskIdIn(taskArn)}`;
}

export async function pageOf(
  logs: CloudWatchLogsClient,
  { group }: LogPlace,
  stream: string,
  cursor: string,
  maxBytes: number,
): Promise<LogPage> {
  const ask = (limit: number, nextToken: string): Promise<GetLogEventsCommandOutput> =>
    logs.send(
      new GetLogEventsCommand({
        logGroupName: group,
        logStreamName: stream,
        startFromHead: true,
        limit,
        ...(nextToken === '' ? {} : { nextToken }),
      }),
    );
  try {
    let from = cursor;
    let page = await ask(eventsPerPage, from).catch((error: unknown) => {
      if (from === '' || (error as Error).name !== 'InvalidParameterException') throw error;
      // No token of this stream, or not any more: the beginning.
      from = '';
      return ask(eventsPerPage, from);
    });
    const size = sizeOf(page);
    const count = page.events?.length ?? 0;
    if (size > maxBytes && count > 1) {
      page = await ask(Math.max(1, Math.floor((count * maxBytes) / size)), from);
    }
    // In CloudWatch's own order: lines of one time stamp stay as they were written.
    const lines = (page.events ?? []).flatMap(linesOf);
    return { lines, cursor: page.nextForwardToken ?? cursor, ...(from === cursor ? {} : { isAnew: true }) };
  } catch (error) {
    // No line yet. Too many readers are another thing: nothing new would be the end of a log that is read whole.
    if ((error as Error).name === 'ResourceNotFoundException') return { lines: [], cursor };
    throw error;
  }
}

/** Several where the driver was told to gather lines (`awslogs-multiline-pattern`). */
function linesOf({ message = '', timestamp }: OutputLogEvent): LogLine[] {
  const time = timestamp === undefined ? '' : new Date(timestamp).toISOString();
  return message.split('\n').map((text) => ({ time, text }));
}

/** Ms since the epoch; null where there is no line, or none can be had. */
export async function lastLineAt(
  logs: CloudWatchLogsClient,
  { group }: LogPlace,
  stream: string,
): Promise<number | null> {
  const asked = new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: 1 });
  const { events } = await logs.send(asked).catch(() => ({ events: undefined }));
  return events?.at(-1)?.timestamp ?? null;
}

/** Without it no task starts. One that exists is left alone. */
export async function openGroup(logs: CloudWatchLogsClient, group: string, retentionInDays: number): Promise<void> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }));
  if (logGroups.some(({ logGroupName }) => logGroupName === group)) return;
  try {
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  } catch (error) {
    // Another worker was faster.
    if ((error as Error).name === 'ResourceAlreadyExistsException') return;
    throw error;
  }
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays }));
}

function sizeOf({ events = [] }: GetLogEventsCommandOutput): number {
  return events.reduce((sum, { message }) => sum + Buffer.byteLength(message ?? '') + 1, 0);
}
