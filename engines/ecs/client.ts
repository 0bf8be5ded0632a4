/** The clients of AWS's services in one region. AWS_ENDPOINT_URL, as the SDK knows it, makes it another AWS. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { TokenBucket, type Rate } from './token-bucket';

/** As AWS limits an account in a region: starts and stops, questions, task definitions. */
export type Rates = { run: Rate; read: Rate; define: Rate };

export type AwsClients = {
  ecs: ECSClient;
  /** Tries nothing again: for requests that AWS would carry out twice. */
  ecsOnce: ECSClient;
  ec2: EC2Client;
  sqs: SQSClient;
  logs: CloudWatchLogsClient;
  events: EventBridgeClient;
};

/**
 * The SDK's own waits lie between tries; what is left over is tried again by the activity's caller. Not its adaptive mode: one
 * throttled operation would slow down all others of the client, to one in two seconds.
 */
const tries = 5;
/** Throttled, the waits between so many are 7 s at most: whoever reads a log gets an answer before the API cuts it off after 10 s. */
const logTries = 4;
const connectWithinMs = 5000;
const answerWithinMs = 10_000;
/** A long poll's answer may take 20 s by itself. */
const pollAnswerWithinMs = 30_000;

/** `logRegion`: where logs are, if not in `region`. */
export function createClients(region: string, logRegion: string, rates: Rates): AwsClients {
  const config = { region, retryMode: 'standard', maxAttempts: tries, requestHandler: within(answerWithinMs) };
  const limit = limiter(rates);
  return {
    ecs: limit(new ECSClient(config)),
    ecsOnce: limit(new ECSClient({ ...config, maxAttempts: 1 })),
    ec2: new EC2Client(config),
    sqs: new SQSClient({ ...config, requestHandler: within(pollAnswerWithinMs) }),
    logs: new CloudWatchLogsClient({ ...config, region: logRegion, maxAttempts: logTries }),
    events: new EventBridgeClient(config),
  };
}

function within(requestTimeout: number) {
  return { connectionTimeout: connectWithinMs, requestTimeout, throwOnRequestTimeout: true };
}

/** One set of buckets for all clients that it is given. Each try takes a token: it counts as a request at AWS. */
function limiter(rates: Rates): (client: ECSClient) => ECSClient {
  const buckets = {
    run: new TokenBucket(rates.run),
    read: new TokenBucket(rates.read),
    define: new TokenBucket(rates.define),
  };
  return (client) => {
    const wait: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
      const waitMs = buckets[kindOf(context.commandName ?? '')].take(Date.now());
      if (waitMs > 0) await sleep(waitMs);
      return next(args);
    };
    client.middlewareStack.addRelativeTo(wait, {
      name: 'flotillaRateLimit',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
    return client;
  };
}

function kindOf(commandName: string): keyof Rates {
  if (/^(?:RunTask|StopTask)Command$/.test(commandName)) return 'run';
  return /^(?:R|Der)egisterTaskDefinitionCommand$/.test(commandName) ? 'define' : 'read';
}
