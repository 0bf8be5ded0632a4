/** What a refused request is told. */
import { RequestError } from '../../api/errors';

/** The sentence of the 400 that an act ends in. */
export function refusal(act: () => unknown): string {
  let answer: unknown;
  try {
    answer = act();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    expect(error.status).toBe(400);
    return error.message;
  }
  throw new Error(`Accepted: ${JSON.stringify(answer)}`);
}
