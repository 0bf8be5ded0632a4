/** The API as the pages ask it: typed by its own document, its refusals as errors with a sentence. */
import { createFlotilla, type Schemas } from '../../client/index';
import { observeServerTime } from './clock';

export type { Schemas };
export type Fields = NonNullable<Schemas['Error']['fields']>;

/** What the API refused, or that it did not answer (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: Fields;
  /** For whoever looks into the server's log. */
  readonly requestId: string | null;

  constructor(status: number, message: string, fields: Fields, requestId: string | null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
    this.requestId = requestId;
  }
}

/** What was asked for is not there, or no more: asking again does not help. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export const api = createFlotilla(location.origin, async (input) => {
  let response;
  try {
    response = await globalThis.fetch(input);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'Flotilla does not answer: is it running, and are you online?', [], null);
  }
  observeServerTime(response.headers.get('date'));
  return response;
});

type Answer<Data> = { data?: Data | undefined; error?: unknown; response: Response };

/** What was answered; throws ApiError for what was refused. */
export async function unwrap<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (response.ok && data !== undefined) return data;
  const { error: sentence, fields } = isRefusal(error) ? error : { error: '', fields: undefined };
  const message = sentence === '' ? `The server answered ${response.status} ${response.statusText}` : sentence;
  throw new ApiError(response.status, message, fields ?? [], response.headers.get('x-request-id'));
}

function isRefusal(error: unknown): error is Schemas['Error'] {
  return typeof error === 'object' && error !== null && 'error' in error && typeof error.error === 'string';
}

/** The sentence of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
