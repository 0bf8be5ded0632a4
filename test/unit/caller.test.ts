/** Who asks, as headers say it. */
import type { Context } from 'koa';
import { callerOf } from '../../api/caller';

const caller = (headers: Record<string, string>): string | null => callerOf({ headers } as unknown as Context);

test.each<[string, Record<string, string>, string | null]>([
  ['a name as it stands', { 'x-user-name': 'Jürgen' }, 'Jürgen'],
  ['the email before the name', { 'x-user-name': 'ann', 'x-user-email': 'ann@example.com' }, 'ann@example.com'],
  ['nobody', { 'x-user-name': ' ' }, null],
  ['a name in any writing', { 'x-user-name': `UTF-8''${encodeURIComponent('Jürgen Łoś 張')}` }, 'Jürgen Łoś 張'],
  ['one with its language', { 'x-user-name': "utf-8'pl'%C5%81ukasz" }, 'Łukasz'],
  ['a broken one as it stands', { 'x-user-name': "UTF-8''%C5" }, "UTF-8''%C5"],
  ['without what no screen shows', { 'x-user-name': "UTF-8''a%00%0A%7Fb" }, 'ab'],
  ['without what turns it', { 'x-user-name': `UTF-8''${encodeURIComponent('ann\u202e\u2028bob')}` }, 'annbob'],
  ['a plain % as it stands', { 'x-user-name': '100%25' }, '100%25'],
])('%s', (_, headers, name) => {
  expect(caller(headers)).toBe(name);
});
