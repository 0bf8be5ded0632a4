/** What ECS's "no" to RunTask means: the job's own fault, no room now, or the platform's trouble (spec §10.2). Pure. */
import type { Failure } from '@aws-sdk/client-ecs';
import { endWithoutTimes, type Submission } from '../engine';
import { judgePlacement } from './placement';
import { oneLine } from '../words';

/** `status` 0: no answer of AWS at all; `code` is the network's then. */
export type AwsError = { name: string; message: string; status: number; code: string; resourceIds: string[] };

export type Refusal =
  | { kind: 'never'; why: string }
  | { kind: 'no-capacity'; why: string }
  /** The task definition was deregistered: it is registered anew. */
  | { kind: 'definition-gone' }
  /** The token was used with another request (a changed setting): `taskArns` are what came of that. */
  | { kind: 'conflict'; taskArns: string[] }
  /** Who we are is not known or not allowed: rotated credentials mend it, or the installation. */
  | { kind: 'not-authorised'; why: string }
  | { kind: 'platform' };

const identity =
  /^(?:AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|NotAuthorized|OptInRequired|CredentialsProvider|Blocked)/;
/** What AWS answers with where a request, not the platform, is wrong. */
const faults = new Set([
  'InvalidParameterException',
  'ClientException',
  'UnsupportedFeatureException',
  'PlatformUnknownException',
  'PlatformTaskDefinitionIncompatibilityException',
  'ResourceNotFoundException',
  'ValidationException',
  'SerializationException',
]);

export function awsError(thrown: unknown): AwsError {
  if (typeof thrown !== 'object' || thrown === null) {
    return { name: '', message: String(thrown), status: 0, code: '', resourceIds: [] };
  }
  const { name, message, $metadata, code, resourceIds } = thrown as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: unknown };
    code?: unknown;
    resourceIds?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  return {
    name: typeof name === 'string' ? name : '',
    message: typeof message === 'string' ? message : '',
    status: typeof status === 'number' ? status : 0,
    code: typeof code === 'string' ? code : '',
    resourceIds: Array.isArray(resourceIds) ? resourceIds.filter((one) => typeof one === 'string') : [],
  };
}

/** Whether a request that ended so may have been carried out all the same. */
export function isUnclear({ name, message, status, code }: AwsError): boolean {
  if (status >= 400 && status < 500) return false;
  const wasNeverSent =
    /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
    identity.test(name) ||
    message.includes('did not establish a connection');
  return !wasNeverSent;
}

export function judge(error: AwsError, cluster: string): Refusal {
  const { name, message, status } = error;
  if (identity.test(name)) return { kind: 'not-authorised', why: `Not authorised to run tasks: ${sentence(error)}` };
  // Without an answer, and by a proxy's, nothing is known of the request.
  if (status < 400 || status >= 500) return { kind: 'platform' };
  if (name === 'ConflictException') return { kind: 'conflict', taskArns: error.resourceIds };
  if (name === 'ClusterNotFoundException') return { kind: 'never', why: `Cluster ${cluster} not found` };
  // Of one family, AWS registers one revision at a time, and calls that the request's fault.
  if (!faults.has(name) || /too many concurrent attempts/i.test(message)) return { kind: 'platform' };
  if (/no container instances/i.test(message)) return { kind: 'no-capacity', why: 'no container instances' };
  // A quota of tasks that wait for instances, and Fargate's of what runs at a time.
  if (/PROVISIONING|capacity is unavailable|you.ve reached the limit|capacity error/i.test(message)) {
    return { kind: 'no-capacity', why: sentence(error) };
  }
  if (/task ?definition is inactive|task ?definition not found|unable to find.*task ?definition/i.test(message)) {
    return { kind: 'definition-gone' };
  }
  return { kind: 'never', why: sentence(error) };
}

/** Of an answer without a task: one reason for each instance that was looked at, and any that may pass is reason to wait. */
export function judgeFailures(failures: Failure[], cluster: string): Submission {
  const reasons = failures.map(({ reason }) => oneLine(reason ?? ''));
  const verdicts = reasons.map(judgePlacement);
  const worthIt = reasons.filter((_, n) => verdicts[n] !== 'never');
  if (reasons.length > 0 && worthIt.length === 0) {
    return never(`Cannot place task: ${[...new Set(reasons)].join(', ')}`);
  }
  const told = [...new Set(worthIt.filter((reason) => reason !== ''))].sort();
  if (told.length > 0 && told.every((reason) => reason === 'AGENT')) {
    return { kind: 'no-capacity', why: `ECS agent unavailable on cluster ${cluster}` };
  }
  return { kind: 'no-capacity', why: told.join(', ') || 'no reason given' };
}

export function never(why: string): Submission {
  return { kind: 'ended', end: endWithoutTimes({ kind: 'not-started', why, mend: 'never' }) };
}

/** AWS's message in one line, for the owner of the run. */
export function sentence({ name, message }: AwsError): string {
  return oneLine(message.replace(/^AWS SDK error wrapper for \w+: /, '')) || name || 'AWS gave no reason';
}
