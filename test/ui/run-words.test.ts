/** What the page of a run says (ui.md C1, C6). */
import type { Schemas } from '../../client/index';
import { cores, digestOf, resourceRows, spansOf } from '../../ui/run/amounts';
import { foldEvents } from '../../ui/run/fold';
import { nameOf, shortId } from '../../ui/parts/run-name';
import { withEvent } from '../../ui/parts/with-event';
import { pollMs } from '../../ui/run/poll';
import {
  againWords,
  asksForLog,
  exitWords,
  headlineOf,
  isPastGrace,
  isWhyOpen,
  stopWords,
  tabOf,
  tabTitle,
} from '../../ui/run/words';

const unborn: Schemas['RunDetail'] = {
  instance: { dns_name: '', instance_id: '' },
  pod_events: [],
  cloudtrail_notifications: { Records: null },
  task_arn: '',
  run_id: 'local-6b-1f3c-4d5e-8d7a-4a528a0e0d3f',
  definition_id: 'd',
  alias: 'hello',
  image: 'ubuntu',
  cluster: 'default',
  status: 'PENDING',
  queued_at: '2026-01-31T12:00:00.000Z',
  group_name: 'g',
  user: 'me',
  task_type: 'task',
  env: [],
  command: 'true',
  command_hash: '',
  engine: 'local',
  node_lifecycle: 'spot',
  executable_id: 'd',
  executable_type: 'task_definition',
  attempt_count: 1,
  version: 4,
  active_deadline_seconds: 60,
  description: 'hello',
  retry_on_interruption: false,
  retry_on_oom: false,
  transitions: [],
};
const run: Schemas['RunDetail'] = { ...unborn, status: 'RUNNING', started_at: '2026-01-31T12:00:05.000Z' };
const over = (of: Partial<Schemas['RunDetail']>): Schemas['RunDetail'] => ({
  ...run,
  status: 'STOPPED',
  finished_at: '2026-01-31T12:01:00.000Z',
  ...of,
});
const at = (time: string): number => Date.parse(`2026-01-31T${time}Z`);

test.each([
  ['not over yet', run],
  ['none was seen', over({ outcome: 'INFRA_LOST' })],
  ['0 = success', over({ outcome: 'SUCCESS', exit_code: 0 })],
  ["2 = the command's own", over({ outcome: 'USER', exit_code: 2 })],
  ['127 = a command was not found', over({ outcome: 'USER', exit_code: 127 })],
  ['126 = the command may not be executed', over({ outcome: 'USER', exit_code: 126 })],
  ['137 = killed (SIGKILL)', over({ outcome: 'USER', exit_code: 137 })],
  [
    '137 = killed (SIGKILL), memory 498 of 512 MB',
    over({ outcome: 'USER', exit_code: 137, max_memory_used: 498, memory_limit: 512 }),
  ],
  [
    '137 = killed, out of memory: 511 of 512 MB',
    over({ outcome: 'OOM', exit_code: 137, max_memory_used: 511, memory_limit: 512 }),
  ],
  ['137 = killed, out of memory', over({ outcome: 'OOM', exit_code: 137 })],
  ['143 = asked to end (SIGTERM)', over({ outcome: 'USER', exit_code: 143 })],
  ['163 = ended by signal 35', over({ outcome: 'USER', exit_code: 163 })],
  ["255 = the command's own", over({ outcome: 'USER', exit_code: 255 })],
  ['124 = its time was up', over({ outcome: 'TIMEOUT', exit_code: 124 })],
  ["124 = the command's own", over({ outcome: 'USER', exit_code: 124 })],
  ['1 = stands for a cancel', over({ outcome: 'CANCELLED', exit_code: 1 })],
  ['0 = as a caller reported it', over({ outcome: 'REPORTED', exit_code: 0 })],
])('the exit code in words: %s', (words, of) => {
  expect(exitWords(of)).toBe(words);
});

test.each([
  ['● RUNNING · hello', run],
  ['● QUEUED · hello', { ...run, status: 'QUEUED' as const }],
  ['● STOPPING · hello', { ...run, stop_requested_at: run.queued_at }],
  ['✓ SUCCEEDED · hello', over({ outcome: 'SUCCESS', exit_code: 0 })],
  ['✕ FAILED · hello', over({ outcome: 'USER', exit_code: 3 })],
  ['⊘ CANCELLED · hello', over({ outcome: 'CANCELLED', exit_code: 1, stop_requested_by: 'ann' })],
])('the tab of the browser says %s', (title, of) => {
  expect(tabTitle(of)).toBe(title);
});

test('why is open when a run failed, is tried again, or waits for more than 30 s; else it is closed', () => {
  const queued = { ...run, status: 'QUEUED' as const };
  expect(isWhyOpen(over({ outcome: 'USER', exit_code: 1 }), undefined, 0)).toBe(true);
  expect(isWhyOpen(over({ outcome: 'SUCCESS', exit_code: 0 }), undefined, 0)).toBe(false);
  expect(isWhyOpen(over({ outcome: 'CANCELLED', exit_code: 1 }), undefined, 0)).toBe(false);
  expect(isWhyOpen({ ...run, status: 'NEEDS_RETRY' }, undefined, 0)).toBe(true);
  expect(isWhyOpen(queued, undefined, at('12:00:30.000'))).toBe(false);
  expect(isWhyOpen(queued, undefined, at('12:00:31.000'))).toBe(true);
  expect(isWhyOpen(run, undefined, at('13:00:00.000'))).toBe(false);
  const stopping = { ...run, stop_requested_at: '2026-01-31T12:10:00.000Z' };
  expect(isWhyOpen(stopping, undefined, at('12:10:20.000'))).toBe(false);
  expect(isWhyOpen(stopping, undefined, at('12:10:31.000'))).toBe(true);
});

test('an explanation that is older than the news opens nothing', () => {
  const explanation = {
    run_id: run.run_id,
    headline: '',
    chain: [],
    attempts: [],
    next: [],
    actions: [],
    since: run.queued_at,
  };
  const queued = { ...explanation, status: 'QUEUED' as const };
  const late = at('12:10:00.000');
  expect(isWhyOpen(unborn, queued, late)).toBe(false);
  expect(isWhyOpen(unborn, { ...explanation, status: 'PENDING' }, late)).toBe(true);
  const stopping = { ...run, stop_requested_at: '2026-01-31T12:09:50.000Z' };
  expect(isWhyOpen(stopping, { ...explanation, status: 'RUNNING' }, late)).toBe(false);
});

test('without an explanation the exit reason is said, else that there is none', () => {
  expect(headlineOf(over({ exit_reason: 'It broke' }))).toBe('It broke');
  expect(headlineOf(over({}))).toBe('No reason was reported');
  expect(headlineOf({ ...run, note: 'No room' })).toBe('No room');
});

const asked = '2026-01-31T12:10:00.000Z';
test('what a stop waits for is said once the grace time of the installation is over', () => {
  expect(isPastGrace(asked, 30, at('12:10:30.000'))).toBe(false);
  expect(isPastGrace(asked, 30, at('12:10:30.001'))).toBe(true);
  expect(isPastGrace(asked, 0, at('12:10:00.001'))).toBe(true);
});

describe('before a stop', () => {
  const parent = { ...run, spawned_runs: [{ run_id: 'local-1' }, { run_id: 'local-2' }] };
  const words = 'Stop hello, run local-6b-1f3c? Its container on default ends';

  test.each([
    [`${words}.`, run, 0],
    [`${words}.`, run, null],
    [`${words}, 1 child run too.`, parent, 1],
    [`${words}, 1,200 child runs too.`, parent, 1200],
    [`${words}.`, parent, 0],
    // Those that are over do not end: it is not known yet which are.
    [`${words}, and so do those of its child runs that are not over.`, parent, null],
    ['Stop hello, run local-6b-1f3c? It will not be run any more.', { ...run, status: 'QUEUED' as const }, 0],
  ])('it is said: %s', (said, of, children) => {
    expect(stopWords(of, children)).toBe(said);
  });
});

test('a run of a template is called by its name, not by the id that is its alias', () => {
  const exported = { ...run, alias: 'tpl-1', template_id: 'tpl-1', template_name: 'export', template_version: 2 };
  expect([nameOf(exported), nameOf(run)]).toEqual(['export', 'hello']);
  expect(tabTitle(exported)).toBe('● RUNNING · export');
  expect(stopWords(exported, 0)).toMatch(/^Stop export, run/);
  expect(againWords(exported)).toMatch(/^Run export again/);
});

test('an address opens the tab that it names, one of the original or an unknown one the details', () => {
  expect(tabOf('e', run)).toBe('e');
  expect(tabOf('ct', run)).toBe('md');
  expect(tabOf('whatever', run)).toBe('md');
});

test.each([
  [{}, '', false],
  [{ rt: 'l' }, '', true],
  [{ rt: 'e' }, 'L5', false],
  [{}, 'L5-L9', true],
  [{}, 'Licence', false],
  [{ log_search: 'x' }, '', true],
])('an address is of the log where it names it or something in it: %j #%s', (search, hash, isIt) => {
  expect(asksForLog(search, hash)).toBe(isIt);
});

test('without a named tab the log opens, but events of a pod that has not begun', () => {
  const pod = { ...unborn, engine: 'eks' };
  expect(tabOf(undefined, pod)).toBe('e');
  expect(tabOf(undefined, unborn)).toBe('l');
  expect(tabOf(undefined, { ...pod, attempt_count: 2 })).toBe('l');
  expect(tabOf(undefined, { ...pod, status: 'STOPPED' })).toBe('l');
  expect(tabOf(undefined, { ...run, engine: 'eks' })).toBe('l');
});

test('ids are shortened to what tells runs apart', () => {
  expect(shortId(run.run_id)).toBe('local-6b-1f3c');
});

describe('news', () => {
  const event = {
    kind: 'status' as const,
    run_id: run.run_id,
    version: 5,
    status: 'STOPPED' as const,
    attempt: 2,
    definition_id: 'd',
    alias: 'hello',
    user: 'me',
    engine: 'local',
    cluster: 'default',
    queued_at: run.queued_at,
    exit_code: 0,
  };

  test('a newer version replaces what moved, and removes what is not so any more', () => {
    const now = withEvent({ ...run, note: 'old', next_attempt_at: run.queued_at }, event);
    expect(now).not.toHaveProperty('next_attempt_at');
    expect(now).toEqual({ ...unborn, status: 'STOPPED', version: 5, attempt_count: 2, exit_code: 0 });
  });

  test('when it is tried again comes with the wait', () => {
    const next = '2026-01-31T12:04:10.000Z';
    const waits = { ...event, status: 'NEEDS_RETRY' as const, next_attempt_at: next };
    expect(withEvent(run, waits)).toMatchObject({ status: 'NEEDS_RETRY', next_attempt_at: next });
  });

  test.each([
    ['a late one', { ...event, version: 3 }],
    ['the same again', { ...event, version: 4 }],
    ['one of another run', { ...event, run_id: 'other' }],
  ])('%s changes nothing', (_, late) => {
    expect(withEvent(run, late)).toBe(run);
  });

  test('a page asks by itself only where no stream tells, and never of what is over', () => {
    const asked = { isLive: false, isOver: false, hasFailed: false };
    expect(pollMs(asked)).toBe(5000);
    expect(pollMs({ ...asked, isLive: true })).toBe(false);
    expect(pollMs({ ...asked, isOver: true })).toBe(false);
  });

  test('what could not be read is asked for again, also while the stream is there', () => {
    expect(pollMs({ isLive: true, isOver: false, hasFailed: true })).toBe(5000);
    expect(pollMs({ isLive: true, isOver: true, hasFailed: true })).toBe(false);
  });
});

describe('events', () => {
  const event = (second: number, of: Partial<Schemas['BackendEvent']> = {}): Schemas['BackendEvent'] => ({
    timestamp: `2026-01-31T12:00:0${second}.000Z`,
    event_type: 'Warning',
    reason: 'BackOff',
    source_object: 'pod/a',
    message: 'Back-off pulling image',
    attempt: 1,
    ...of,
  });

  test('are in order, and those that repeat are one with how often', () => {
    const folded = foldEvents([event(3), event(1), event(2), event(5, { message: 'Pulled' }), event(6), event(4)]);
    expect(
      folded.map(({ times, timestamp, first, message }) => [
        times,
        first.slice(17, 19),
        timestamp.slice(17, 19),
        message,
      ]),
    ).toEqual([
      [4, '01', '04', 'Back-off pulling image'],
      [1, '05', '05', 'Pulled'],
      [1, '06', '06', 'Back-off pulling image'],
    ]);
  });

  test.each([{ attempt: 2 }, { reason: 'Failed' }, { event_type: 'Normal' }, { source_object: 'pod/b' }])(
    'that differ stay apart: %p',
    (of) => {
      expect(foldEvents([event(1), event(2, of)])).toHaveLength(2);
    },
  );
});

describe('facts', () => {
  test('resources are what the run asked for, else what its definition does', () => {
    const rows = resourceRows(
      { ...run, memory: 700, memory_limit: 1225, max_memory_used: 600, max_cpu_used: 1250 },
      { cpu: 512, memory: 1 },
    );
    expect(rows).toEqual([
      { name: 'Memory', requested: '700 MB', limit: '1,225 MB', peak: '600 MB' },
      { name: 'CPU', requested: '0.5 cores', limit: '–', peak: '1.25 cores' },
    ]);
  });

  test('CPU is counted in thousandths on eks', () => {
    expect(resourceRows({ ...run, engine: 'eks', cpu: 1000 }, null)[1]?.requested).toBe('1 core');
  });

  test('devices and storage are there when they are asked for', () => {
    expect(resourceRows(run, { gpu: 2, ephemeral_storage: 100 }).slice(2)).toEqual([
      { name: 'GPU', requested: '2', limit: '–', peak: '–' },
      { name: 'Ephemeral storage', requested: '100 MB', limit: '–', peak: '–' },
    ]);
  });

  test('a digest is told where the image is named by one', () => {
    expect(digestOf('a/b@sha256:0123456789abcdef')).toBe('sha256:0123456789abcdef');
    expect(digestOf('a/b:1')).toBeNull();
  });

  test('very small shares of a core are told, too', () => {
    expect(cores(0.004)).toBe('0.004 cores');
  });

  test('a run that never began waited until it was over', () => {
    const finished = '2026-01-31T12:01:00.000Z';
    const never = { ...unborn, status: 'STOPPED' as const, finished_at: finished };
    expect(spansOf(never)).toEqual({ queue: { from: run.queued_at, to: finished }, run: null });
  });
});
