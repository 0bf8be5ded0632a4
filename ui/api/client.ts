/** The API as the pages ask it: typed by its own document, its refusals as errors with a sentence. */
import { createFlotilla, type Schemas } from '../../client/index';
import { callerHeaders } from './caller';
import { observeServerTime } from './clock';

export type { Schemas };
export type Fields = NonNullable<Schemas['Error']['fields']>;

/** What the API refused, or that it did not answer (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: Fields;
  /** For whoever looks into the server's log. */
  readonly requestId: string | null;
  /** The run that an Idempotency-Key was used for, where it is refused for that. */
  readonly runId: string | null;

  constructor(status: number, message: string, fields: Fields, requestId: string | null, runId: string | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
    this.requestId = requestId;
    this.runId = runId;
  }
}

/** What was asked for is not there, or no more: asking again does not help. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export const api = createFlotilla(location.origin, (input) =>
  ask(input instanceof Request ? input : new Request(input)),
);

async function ask(request: Request): Promise<Response> {
  const isRead = request.method === 'GET';
  if (!isRead) for (const [name, value] of Object.entries(callerHeaders())) request.headers.set(name, value);
  const wasOnline = navigator.onLine;
  let response;
  try {
    response = await globalThis.fetch(request, { redirect: 'manual' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, isRead ? unanswered : wasOnline ? unsure : unsent, [], null);
  }
  // The API itself sends nobody elsewhere, and answers with no page.
  const isPage = response.ok && response.headers.get('content-type')?.startsWith('text/html') === true;
  if (response.type === 'opaqueredirect' || response.status === 401 || isPage) {
    throw new ApiError(401, 'What stands before Flotilla wants you to sign in: load the page again', [], null);
  }
  observeServerTime(response.headers.get('date'));
  return response;
}

const unanswered = 'Flotilla does not answer: is it running, and are you online?';
const unsure = 'Not sent, or not answered: is Flotilla running, and are you online?';
const unsent = 'Not sent: this browser has no network';

type Answer<Data> = { data?: Data | undefined; error?: unknown; response: Response };

/** What was answered; throws ApiError for what was refused. */
export async function unwrap<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (response.ok && data !== undefined) return data;
  const { error: sentence, fields = [], run_id: runId = null } = isRefusal(error) ? error : { error: '' };
  const message = sentence === '' ? `The server answered ${response.status} ${response.statusText}`.trim() : sentence;
  throw new ApiError(response.status, message, fields, response.headers.get('x-request-id'), runId);
}

function isRefusal(error: unknown): error is Schemas['Error'] {
  return typeof error === 'object' && error !== null && 'error' in error && typeof error.error === 'string';
}

/** The sentence of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
