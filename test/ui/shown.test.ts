/** What pages share: statuses, times, addresses, keys, the delay before a stream is opened again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { many, one, parseSearch, stringifySearch } from '../../ui/app/search';
import { keyReader } from '../../ui/app/shortcuts';
import { observeServerTime, serverNow } from '../../ui/api/clock';
import { delayMs } from '../../ui/live/stream';
import { serverTimeAt } from '../../ui/api/clock';
import { agoText, durationText, timeText } from '../../ui/parts/duration';
import { toldUntil } from '../../ui/parts/now';
import { lookOf, nextOf, type StatusFacts } from '../../ui/parts/status';

test.each<[Partial<StatusFacts> & Pick<StatusFacts, 'status'>, string, string]>([
  [{ status: 'QUEUED' }, 'Queued', 'queued'],
  [{ status: 'PENDING' }, 'Pending', 'pending'],
  [{ status: 'RUNNING' }, 'Running', 'running'],
  [{ status: 'RUNNING', stop_requested_at: '2026-01-01T00:00:00Z' }, 'Stopping', 'stopping'],
  [{ status: 'NEEDS_RETRY' }, 'Needs retry', 'stopping'],
  [{ status: 'STOPPED', outcome: 'SUCCESS', exit_code: 0 }, 'Succeeded', 'succeeded'],
  [{ status: 'STOPPED', outcome: 'REPORTED', exit_code: 0 }, 'Succeeded', 'succeeded'],
  [{ status: 'STOPPED', outcome: 'REPORTED', exit_code: 3 }, 'Failed · exit 3', 'failed'],
  [
    { status: 'STOPPED', outcome: 'CANCELLED', exit_code: 1, stop_requested_by: 'ann' },
    'Cancelled by ann',
    'cancelled',
  ],
  [{ status: 'STOPPED', outcome: 'CANCELLED', exit_code: 1 }, 'Cancelled', 'cancelled'],
  [{ status: 'STOPPED', outcome: 'USER', exit_code: 2 }, 'Failed · exit 2', 'failed'],
  [{ status: 'STOPPED', outcome: 'OOM', exit_code: 137 }, 'Failed · out of memory', 'failed'],
  [{ status: 'STOPPED', outcome: 'TIMEOUT', exit_code: 124 }, 'Failed · timed out', 'failed'],
  [{ status: 'STOPPED', outcome: 'CONFIG' }, 'Failed · cannot run', 'failed'],
  [{ status: 'STOPPED', outcome: 'INFRA_START' }, 'Failed · could not start', 'failed'],
  [{ status: 'STOPPED', outcome: 'INFRA_LOST' }, 'Failed · interrupted', 'failed'],
  [{ status: 'STOPPED', outcome: 'CAPACITY' }, 'Failed · no capacity', 'failed'],
  [{ status: 'STOPPED' }, 'Failed · no exit code', 'failed'],
])('a run %j is called %s', (run, text, tone) => {
  expect(lookOf(run)).toMatchObject({ text, tone });
});

test('the next attempt is awaited until it begins, or nobody wants it any more', () => {
  const next = '2026-01-31T10:04:10.000Z';
  expect(nextOf({ status: 'NEEDS_RETRY', next_attempt_at: next })).toBe(next);
  expect(nextOf({ status: 'QUEUED', next_attempt_at: next })).toBe(next);
  expect(nextOf({ status: 'NEEDS_RETRY', next_attempt_at: next, stop_requested_at: next })).toBeNull();
  expect(nextOf({ status: 'STOPPED', next_attempt_at: next })).toBeNull();
  expect(nextOf({ status: 'RUNNING' })).toBeNull();
});

describe('the text of a status on its tint', () => {
  const css = readFileSync(join(__dirname, '../../ui/parts/status.css'), 'utf8');
  const rules = [
    ...css.matchAll(/scheme='(\w+)'\] \[data-tone='(\w+)'\] \{\s*--status-tint: (#\w{6});\s*--status-text: (#\w{6});/g),
  ];

  test('is there for seven tones in two schemes', () => {
    expect(rules).toHaveLength(14);
  });

  test.each(rules.map(([, scheme, tone, tint, text]) => [scheme, tone, tint, text] as const))(
    'in %s, %s has a contrast of 4.5 or more',
    (_, __, tint, text) => {
      const [dark, light] = [luminance(tint ?? ''), luminance(text ?? '')].sort((a, b) => a - b);
      expect(((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

/** WCAG 2.1, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each([
  [-5, '0 s'],
  [400, '0.4 s'],
  [12_900, '12 s'],
  [250_000, '4 min 10 s'],
  [120_000, '2 min'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [-60_000, 'just now'],
  [12_900, '12 s ago'],
  [74_000, '1 min ago'],
  [119_000, '1 min ago'],
  [705_000, '11 min ago'],
])('what was %d ms ago was %s', (ms, text) => {
  expect(agoText(ms)).toBe(text);
});

test('a moment is shown in the chosen zone, also where its clocks are changed', () => {
  const [before, after] = [Date.UTC(2026, 2, 29, 0, 30), Date.UTC(2026, 2, 29, 1, 30)];
  expect([timeText(before, 'Europe/Berlin'), timeText(after, 'Europe/Berlin')]).toEqual([
    expect.stringContaining('1:30:00'),
    expect.stringContaining('3:30:00'),
  ]);
  expect(timeText(before, 'Asia/Tokyo')).toBe('29 Mar 2026, 09:30:00');
  expect(timeText(before, 'Asia/Tokyo', 'clock')).toBe('09:30:00');
  expect(timeText(before, 'no such zone')).toBe(timeText(before, 'browser'));
});

test('a client whose clock is ten minutes wrong counts by the server’s', () => {
  const server = Math.floor((Date.now() + 600_000) / 1000) * 1000;
  observeServerTime(new Date(server).toUTCString());
  expect(Math.abs(serverNow() - server)).toBeLessThan(2000);
  // A header tells whole seconds: what differs by less does not move the clock.
  const offset = serverNow() - Date.now();
  observeServerTime(new Date(server + 400).toUTCString());
  expect(Math.abs(serverNow() - Date.now() - offset)).toBeLessThan(50);
  observeServerTime('nonsense');
  expect(Math.abs(serverNow() - server)).toBeLessThan(2000);
});

test('the query of an address is text and lists of text; what is empty says nothing', () => {
  expect(parseSearch('?status=RUNNING&status=QUEUED&page=1&alias=&env=A%7C%26b')).toEqual({
    ...{ status: ['RUNNING', 'QUEUED'], page: '1', env: 'A|&b' },
  });
  expect(parseSearch('')).toEqual({});
  // A query with no value is a query all the same.
  expect(Object.keys(parseSearch('?status='))).toEqual(['status']);
  expect(parseSearch('?a=&a=x&b=y&b=')).toEqual({ a: 'x', b: 'y' });
  const text = stringifySearch({ status: ['RUNNING', 'QUEUED'], page: 1, alias: '', x: undefined, env: 'A|&b' });
  expect(text).toBe('?status=RUNNING&status=QUEUED&page=1&env=A%7C%26b');
  expect(parseSearch(text)).toEqual({ status: ['RUNNING', 'QUEUED'], page: '1', env: 'A|&b' });
  expect(stringifySearch({ a: '' })).toBe('');
  expect([one({ a: ['x', 'y'] }, 'a'), one({}, 'a'), many({ a: 'x' }, 'a'), many({}, 'a')]).toEqual([
    ...['y', undefined, ['x'], []],
  ]);
});

test('the query of an address may have any key, also one that all objects have', () => {
  expect(Object.entries(parseSearch('?constructor=1&toString=a&toString=b&__proto__=x'))).toEqual([
    ...[
      ['constructor', '1'],
      ['toString', ['a', 'b']],
      ['__proto__', 'x'],
    ],
  ]);
});

test('keys are read one by one, and two as one where the second follows within a second', () => {
  const read = keyReader();
  expect(read('j', 0)).toBe('j');
  expect([read('g', 100), read('r', 900)]).toEqual([null, 'g r']);
  expect([read('g', 2000), read('r', 3500)]).toEqual([null, 'r']);
  expect([read('g', 5000), read('z', 5100), read('t', 5200)]).toEqual([null, null, null]);
});

test('a stream is opened again after one second, two, four, at most thirty, a fifth more or less', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => delayMs(failures, 0.5))).toEqual([
    ...[1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  ]);
  expect([delayMs(1, 0), delayMs(1, 1)].map(Math.round)).toEqual([800, 1200]);
});

test.each([
  ['live', 70_000],
  ['polling', 70_000],
  ['reconnecting', 60_000],
  ['offline', 60_000],
] as const)('%s, what went on for 70 s and was told of for 60 s has gone on for %d ms', (state, until) => {
  const at = serverTimeAt(70_000);
  expect(toldUntil(at, { state, since: 60_000, liveUntil: 60_000 })).toBe(serverTimeAt(until));
  expect(toldUntil(at, { state, since: 60_000, liveUntil: 0 })).toBe(at);
});
