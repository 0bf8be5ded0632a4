/** A webhook's address may hold a token: only those who may see secrets see more of it than where it leads. */
import type { Context } from 'koa';
import { shownTo } from '../../api/secrets';

const sight = { callerHeader: 'X-User-Email', secretsVisibleTo: ['admin@example.com'] };
const as = (email: string | null): Context => ({ get: () => email ?? '' }) as unknown as Context;
const webhook = { webhook_id: 'w', url: 'https://hooks.example.com:8443/T00/hush-hush?token=hush-hush', sequence: 3 };
const hidden = { ...webhook, url: 'https://hooks.example.com:8443/********' };

test.each([null, 'me@example.com'])('%s sees where it leads, and no more', (email) => {
  expect(shownTo(as(email), sight, webhook)).toEqual(hidden);
  expect(shownTo(as(email), sight, { total: 1, webhooks: [webhook] })).toEqual({ total: 1, webhooks: [hidden] });
});

test('who may see secrets sees all of it', () => {
  expect(shownTo(as('admin@example.com'), sight, { total: 1, webhooks: [webhook] })).toEqual({
    total: 1,
    webhooks: [webhook],
  });
});

test('another address of an answer stays as it is', () => {
  const run = { run_id: 'r', url: 'https://example.com/x' };
  expect(shownTo(as(null), sight, run)).toEqual(run);
});
