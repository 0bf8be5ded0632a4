/** Moments of a form: the wall clock of a zone, also where its clocks are changed, and while they are being typed. */
import { momentOf, wallOf } from '../../ui/runs/moment';

const berlin = 'Europe/Berlin';

test.each([
  ['in winter', '2026-01-31T12:00', berlin, '2026-01-31T11:00:00.000Z'],
  ['in summer', '2026-07-31T12:00', berlin, '2026-07-31T10:00:00.000Z'],
  ['by half hours', '2026-01-31T12:00', 'Asia/Kolkata', '2026-01-31T06:30:00.000Z'],
  ['before midnight of another day', '2026-01-01T00:30', 'Pacific/Auckland', '2025-12-31T11:30:00.000Z'],
  ['by quarters of hours', '2026-01-31T00:10', 'Asia/Kathmandu', '2026-01-30T18:25:00.000Z'],
  ['with seconds', '2026-01-31T12:00:30', 'UTC', '2026-01-31T12:00:30.000Z'],
  ['of an hour that is there twice, the earlier', '2026-10-25T02:30', berlin, '2026-10-25T00:30:00.000Z'],
  ['of an hour that is not there, what follows', '2026-03-29T02:30', berlin, '2026-03-29T01:30:00.000Z'],
  ['of the first year', '1970-01-01T01:00', berlin, '1970-01-01T00:00:00.000Z'],
])('a moment %s', (_, wall, zone, at) => {
  expect(momentOf(wall, zone)).toBe(at);
});

test.each([
  '0002-01-31T12:00',
  '0020-01-31T12:00',
  '0202-01-31T12:00',
  '1969-12-31T23:59',
  '',
  '12026-01-31T12:00',
  'x',
])('"%s" is no moment of a run', (wall) => {
  expect(momentOf(wall, berlin)).toBeNull();
});

test('the wall clock shows a moment, whatever its year', () => {
  expect(wallOf(Date.UTC(2026, 0, 31, 11, 0, 59), berlin)).toBe('2026-01-31T12:00');
  expect(wallOf(Date.parse('2026-10-25T01:30:00Z'), berlin)).toBe('2026-10-25T02:30');
  // An address may have any.
  expect(wallOf(Date.parse('0026-01-31T12:00:00Z'), 'UTC')).toBe('0026-01-31T12:00');
});

test('what is shown is the moment again', () => {
  const at = '2026-07-31T10:15:00.000Z';
  expect(momentOf(wallOf(Date.parse(at), berlin), berlin)).toBe(at);
});
