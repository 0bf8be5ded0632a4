/** Which reads are asked again by themselves: those that nobody answered, and those of a server in trouble. */
import type { ApiError } from '../../ui/api/client';
import { setGlobals } from './globals';

test.each([
  [0, [true, true, true, false]],
  [500, [true, true, true, false]],
  [503, [true, true, true, false]],
  [400, [false, false, false, false]],
  [401, [false, false, false, false]],
  [404, [false, false, false, false]],
])('an answer of %d is asked again: %j, after so many failures', async (status, expected) => {
  setGlobals({
    location: { origin: 'http://flotilla.test' },
    window: new EventTarget(),
    localStorage: { getItem: () => '{}' },
  });
  const { createQueryClient } = await import('../../ui/app/query-client');
  const { ApiError: Refusal } = await import('../../ui/api/client');
  const { retry } = createQueryClient().getDefaultOptions().queries ?? {};
  if (typeof retry !== 'function') throw new Error('nothing decides it');
  const error: ApiError = new Refusal(status, 'in trouble', [], null);
  expect([0, 1, 2, 3].map((failures) => retry(failures, error))).toEqual(expected);
});
