/** What the API server's "no" means: the job's own fault, no room now, or the platform's trouble. Pure. */
import { endWithoutTimes, type Submission } from '../engine';
import { oneLine as lineOf, type Left } from '../words';

/** `code` 0: no answer of the API server at all. `reason` is empty where the answer is not the API server's own. */
export type ApiError = { code: number; reason: string; message: string };

/** A verdict over a refused object, by the words of the server: the same for our Job and for the pod that its controller makes. */
export type Refusal =
  | { kind: 'never'; why: string }
  | { kind: 'no-capacity'; why: string }
  /** Trouble that may pass, and what only the installation can mend (RBAC, a missing namespace). */
  | { kind: 'platform' };

/** What it throws: `ApiException` with a body that is text, a `V1Status`, or nothing (401); or an error of the network. */
export function apiError(thrown: unknown): ApiError {
  if (typeof thrown !== 'object' || thrown === null) return { code: 0, reason: '', message: String(thrown) };
  const { code, body, message } = thrown as { code?: unknown; body?: unknown; message?: unknown };
  const said = typeof message === 'string' ? message : '';
  if (typeof code !== 'number') return { code: 0, reason: '', message: said };
  const status = statusOf(body);
  if (status !== null) return { code, ...status };
  // The exception's own message holds body and headers: a proxy's page, never for the run's owner.
  return { code, reason: '', message: `The API server answered with HTTP ${code}` };
}

/** The submission that a refused create ends in; null: trouble of the platform, to be thrown and tried again. */
export function refusal(error: ApiError): Submission | null {
  const verdict = judge(error);
  switch (verdict.kind) {
    case 'never':
      return {
        kind: 'ended',
        end: endWithoutTimes({ kind: 'not-started', why: verdict.why, mend: 'never' }),
      };
    case 'no-capacity':
      return verdict;
    case 'platform':
      return null;
  }
}

function judge(error: ApiError): Refusal {
  const { code, reason, message } = error;
  // Only the API server itself knows what is wrong with a job: a proxy's 400 is none of it.
  if (reason === '' || webhookFailure.test(message)) return { kind: 'platform' };
  if (code === 400 || code === 413 || code === 422) return { kind: 'never', why: sentence(error) };
  // A Job above etcd's limit comes as a 500.
  if (message.includes('etcdserver: request is too large')) return { kind: 'never', why: sentence(error) };
  if (code < 400 || code >= 500 || code === 429) return { kind: 'platform' };
  // 403 says RBAC, quota, admission and webhooks by its words alone, and a webhook may say no with any other code. A missing
  // namespace (404) is the installation's to mend, not the run's: tried again until it is there or the queue budget is used up.
  return judgeWords(message);
}

const webhookFailure = /failed calling webhook|failed to call webhook/;
const mayPass = /not yet ready to handle request|status unknown for quota|because it is being terminated/;

/** By the words alone; `Error creating: …` of a Job's event `FailedCreate` has nothing else. */
export function judgeWords(message: string): Refusal {
  const said = oneLine(message.replace(/^Error creating: /, ''));
  const account = /serviceaccount "([^"]+)" not found/.exec(message)?.[1];
  if (account !== undefined) return { kind: 'never', why: `Service account ${account} not found` };
  const quota = /exceeded quota: (.*)$/s.exec(message)?.[1];
  if (quota !== undefined) return { kind: 'no-capacity', why: `Namespace quota exceeded: ${oneLine(quota)}` };
  // A webhook's own text may hold any word: its denial comes before what may pass.
  if (/ denied (the )?request/.test(message)) return { kind: 'never', why: said };
  if (webhookFailure.test(message) || mayPass.test(message)) return { kind: 'platform' };
  // RBAC names a user; admission names the object: `pods "x" is forbidden: violates PodSecurity …`.
  if (/ "[^"]*" is forbidden: (?!User ")/.test(message)) return { kind: 'never', why: said };
  if (/ "[^"]*" is invalid: /.test(message)) return { kind: 'never', why: said };
  return { kind: 'platform' };
}

/** The API's message in one line, for the owner of the run: no values of variables, no credentials. */
export function sentence(error: ApiError): string {
  return oneLine(error.message) || `The API server answered with HTTP ${error.code}`;
}

/** A cluster's text as a sentence. */
export function oneLine(text: string): string {
  return lineOf(text, refusedObjects);
}

const refusedObjects: Left[] = [
  // A refused object is told whole, with all of its variables: `Invalid value: core.PodTemplateSpec{…}`.
  [/Invalid value: [\w.]*[{[].*$/s, 'Invalid value (left out)'],
  [/(\.env\[\d+\]\.value\w*: Invalid value: )"(?:[^"\\]|\\.)*"/g, '$1(left out)'],
];

function statusOf(body: unknown): { reason: string; message: string } | null {
  let status: unknown = body;
  if (typeof body === 'string') {
    try {
      status = JSON.parse(body);
    } catch {
      return null;
    }
  }
  if (typeof status !== 'object' || status === null) return null;
  const { kind, reason, message } = status as { kind?: unknown; reason?: unknown; message?: unknown };
  if (kind !== 'Status') return null;
  return {
    // A webhook's denial may come without a reason; a Status is the API server's own all the same.
    reason: typeof reason === 'string' && reason !== '' ? reason : 'Unknown',
    message: typeof message === 'string' ? message : '',
  };
}
