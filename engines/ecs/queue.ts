/** The queue that EventBridge puts task events into (engine-behaviour.md §1.5): made where it is missing, left alone where it is right. */
import {
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { startedByPrefix } from './names';

/** Their names. */
export type QueueSettings = { queue: string; rule: string };

const retentionSeconds = 604_800;
/** A consumer that dies gives its messages back after that. */
const visibilitySeconds = 45;
const longPollSeconds = 20;
const messagesPerReceive = 10;
const batchesUnderWay = 50;
const targetId = 'flotilla-status';
const statementId = 'flotilla-task-status-updates-to-sqs';

/** Only our tasks, and only what is news: a start, containers that are over, the end. */
export function eventPattern(mode: string): object {
  return {
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: {
      startedBy: [{ prefix: startedByPrefix(mode) }],
      lastStatus: ['RUNNING', 'DEPROVISIONING', 'STOPPED'],
    },
  };
}

/** Whose tasks a rule of another installation is for. */
function modeIn(pattern: unknown): string | null {
  const { detail } = (pattern ?? {}) as { detail?: { startedBy?: { prefix?: unknown }[] } };
  const prefix = detail?.startedBy?.[0]?.prefix;
  return typeof prefix === 'string' && prefix.startsWith('flotilla-') ? prefix : null;
}

type Policy = { Version: string; Id?: string; Statement: { Sid?: string }[] };

/** The policy with our statement in it, all others as they were; null where it stands there already. */
export function withStatement(policy: string | undefined, queueArn: string, ruleArn: string): string | null {
  const statement = {
    Sid: statementId,
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  };
  const known: Policy =
    policy === undefined || policy === '' ? { Version: '2012-10-17', Statement: [] } : (JSON.parse(policy) as Policy);
  const others = [known.Statement].flat().filter(({ Sid }) => Sid !== statementId);
  const isThere = [known.Statement].flat().some((one) => same(one, statement));
  return isThere ? null : JSON.stringify({ ...known, Statement: [...others, statement] });
}

/** Equal as JSON, in whatever order its keys are. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** Returns the queue's URL. `warn`: what we may not look at or change, and what works without. */
export async function openQueue(
  { sqs, events }: { sqs: SQSClient; events: EventBridgeClient },
  { queue, rule }: QueueSettings,
  mode: string,
  warn: (text: string, error: unknown) => void,
): Promise<string> {
  const url = await queueUrl(sqs, queue);
  try {
    const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'Policy'] });
    const { Attributes = {} } = await sqs.send(asked);
    const queueArn = Attributes.QueueArn ?? '';
    const ruleArn = await openRule(events, rule, mode);
    const policy = withStatement(Attributes.Policy, queueArn, ruleArn);
    // Before the target: nothing that EventBridge sends is refused.
    if (policy !== null) {
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policy } }));
    }
    await openTarget(events, rule, queueArn);
  } catch (error) {
    if (!/^(?:AccessDenied|NotAuthorized)/.test((error as Error).name)) throw error;
    warn(`the rule ${rule} and the policy of queue ${queue} cannot be looked after: they must be right already`, error);
  }
  return url;
}

async function queueUrl(sqs: SQSClient, queue: string): Promise<string> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl ?? '';
  } catch (error) {
    if (!/QueueDoesNotExist|NonExistentQueue/.test((error as Error).name)) throw error;
  }
  const Attributes = {
    MessageRetentionPeriod: String(retentionSeconds),
    VisibilityTimeout: String(visibilitySeconds),
    ReceiveMessageWaitTimeSeconds: String(longPollSeconds),
  };
  return (await sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes }))).QueueUrl ?? '';
}

/** Returns its ARN. */
async function openRule(events: EventBridgeClient, Name: string, mode: string): Promise<string> {
  const pattern = eventPattern(mode);
  try {
    const { Arn, EventPattern, State } = await events.send(new DescribeRuleCommand({ Name }));
    const found: unknown = JSON.parse(EventPattern ?? 'null');
    if (Arn !== undefined && State === 'ENABLED' && same(found, pattern)) return Arn;
    const theirs = modeIn(found);
    if (theirs !== null && theirs !== startedByPrefix(mode)) {
      throw new Error(`the rule ${Name} is that of ${theirs}…: give this installation another queue.status_rule`);
    }
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
  }
  const put = new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern), State: 'ENABLED' });
  return (await events.send(put)).RuleArn ?? '';
}

async function openTarget(events: EventBridgeClient, Rule: string, Arn: string): Promise<void> {
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
  if (Targets.some((one) => one.Arn === Arn)) return;
  const { FailedEntryCount, FailedEntries } = await events.send(
    new PutTargetsCommand({ Rule, Targets: [{ Id: targetId, Arn }] }),
  );
  if ((FailedEntryCount ?? 0) > 0) {
    throw new Error(`EventBridge took no target for rule ${Rule}: ${FailedEntries?.[0]?.ErrorMessage ?? ''}`);
  }
}

/**
 * Takes messages until `signal` is aborted. Each for which `handle` answers true is deleted, the others come again. Nothing waits for
 * that unless too much is under way: then the queue keeps the rest. Throws when the queue cannot be read.
 */
export async function consume(
  sqs: SQSClient,
  QueueUrl: string,
  handle: (bodies: string[]) => Promise<boolean[]>,
  heard: () => void,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  try {
    while (!signal.aborted) {
      if (underWay.size >= batchesUnderWay) await Promise.race(underWay);
      const asked = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: messagesPerReceive,
        WaitTimeSeconds: longPollSeconds,
      });
      const { Messages = [] } = await sqs.send(asked, { abortSignal: signal });
      heard();
      if (Messages.length === 0) continue;
      const handled = handle(Messages.map(({ Body }) => Body ?? ''))
        .then(async (areDone) => {
          const done = Messages.filter((_, n) => areDone[n] === true);
          const Entries = done.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
          if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        })
        // One that is not deleted comes again.
        .catch(() => undefined)
        .finally(() => underWay.delete(handled));
      underWay.add(handled);
    }
  } finally {
    await Promise.all(underWay);
  }
}

/** Whether no event is left in the queue or in a consumer's hands. */
export async function isDrained(sqs: SQSClient, QueueUrl: string): Promise<boolean> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.every((name) => Number(Attributes[name] ?? 0) === 0);
}
