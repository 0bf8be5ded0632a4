/** Which answers replace the rows of a page of runs, and which are only news of them. */
import type { StatusEvent } from '../../ui/live/events';
import type { Schemas } from '../../client/index';
import type { Wanted } from '../../ui/runs/feed';
import { reduce, startOf, type Action, type State } from '../../ui/runs/page-state';

type Run = Schemas['Run'];
const now = Date.parse('2026-03-10T12:00:00Z');
const wanted: Wanted = {
  ...{ filter: { status: ['RUNNING'] }, scope: { of: 'all' }, page: 1, size: 20 },
  sort: { by: 'queued_at', order: 'desc' },
};

/** Queued `age` minutes ago. */
const run = (id: string, age: number, more: Partial<Run> = {}): Run =>
  ({
    ...{ run_id: id, alias: 'etl', user: 'me', engine: 'local', cluster: 'default', status: 'RUNNING', version: 3 },
    ...{ definition_id: 'd', executable_id: 'd', env: [], attempt_count: 1 },
    queued_at: new Date(now - age * 60_000).toISOString(),
    ...more,
  }) as Run;

const answer = (rows: Run[], of: Partial<Extract<Action, { do: 'answer' }>> = {}): Action => ({
  ...{ do: 'answer', key: 'a', wanted, page: { total: rows.length, history: rows }, answeredAt: 1, isLast: true },
  ...of,
});
const after = (...actions: Action[]): State =>
  actions.reduce((state, action) => reduce(state, action, now), startOf(wanted));
const ids = ({ feed }: State) => feed.rows.map(({ run_id: id }) => id);

test('the first answer is loaded; a later one to the same question moves no row, and tells new runs and the total', () => {
  const first = answer([run('a', 2), run('b', 3)]);
  expect(ids(after(first))).toEqual(['a', 'b']);
  const state = after(first, answer([run('n', 1), run('b', 3), run('a', 2)], { answeredAt: 2 }));
  expect(ids(state)).toEqual(['a', 'b']);
  expect([[...state.feed.fresh], state.total]).toEqual([['n'], 3]);
});

test('an answer that was kept from before is shown until the one that is on its way replaces it', () => {
  const kept = answer([run('a', 2)], { isLast: false });
  expect(after(kept)).toMatchObject({ isSettled: false });
  const state = after(kept, answer([run('n', 1), run('a', 2)], { answeredAt: 2 }));
  expect(ids(state)).toEqual(['n', 'a']);
  expect([state.feed.fresh.size, state.isSettled]).toEqual([0, true]);
});

test('the same answer again changes nothing: what was heard since stays', () => {
  const stopped = { kind: 'status', ...run('a', 2), status: 'STOPPED', attempt: 1, version: 9 } as StatusEvent;
  const heard = after(answer([run('a', 2)]), { do: 'hear', events: [stopped] });
  expect([...heard.feed.gone]).toEqual(['a']);
  expect(reduce(heard, answer([run('a', 2)]), now)).toBe(heard);
});

test('after a reload the next answer replaces the rows, and the one after that is news again', () => {
  const reloaded = after(answer([run('a', 2)]), { do: 'reload' }, answer([run('n', 1)], { answeredAt: 2 }));
  expect(ids(reloaded)).toEqual(['n']);
  expect(ids(reduce(reloaded, answer([run('m', 0)], { answeredAt: 3 }), now))).toEqual(['n']);
});

test('the answer to another question replaces rows and total', () => {
  const state = after(answer([run('a', 2), run('b', 3)]), answer([run('c', 9)], { key: 'other', answeredAt: 2 }));
  expect([ids(state), state.total, state.key]).toEqual([['c'], 1, 'other']);
});

test('a total counts only for the question that it answers', () => {
  const state = after(answer([run('a', 2)]), { do: 'total', key: 'other', total: 70 });
  expect(state.total).toBe(1);
  expect(reduce(state, { do: 'total', key: 'a', total: 70 }, now).total).toBe(70);
});

test('rows that an answer left out are told, and new runs in doubt are decided', () => {
  const left = after(answer([run('a', 2)]), answer([], { answeredAt: 2 }));
  expect(left.feed.missing).toEqual(['a']);
  const page = { total: 1, history: [run('a', 2, { status: 'STOPPED', version: 4 })] };
  const told = reduce(left, { do: 'tell', page }, now);
  expect([told.feed.rows[0]?.status, told.feed.missing]).toEqual(['STOPPED', []]);
  const decided = reduce(told, { do: 'decide', asked: ['n'], page: { total: 1, history: [run('n', 1)] } }, now);
  expect([...decided.feed.fresh]).toEqual(['n']);
});
