/** How attempts are stopped (spec/engine-behaviour.md §10.5). */
import { setTimeout as sleep } from 'node:timers/promises';
import { sawNoEnd } from '../../engines/engine';
import { awsFault } from './ecs-fakes';
import { beforeStart, exited, key, ran, stopped, task, taskArn } from './ecs-objects';
import { rig, seconds, shown } from './ecs-rig';

describe('a stop', () => {
  const stopping = 'Task terminated by - ann@example.com';

  test.each([0, 42, 137, 143])(
    'names the canceller, waits for the end, and tells none of its own, but the code that it saw: %i',
    async (exitCode) => {
      const ended = stopped('UserInitiated', stopping, { exitCode });
      const it = rig({
        DescribeTasks: (_, n) => shown(n < 3 ? task() : ended)(),
        StopTask: () => ({}),
      });
      expect(await it.engine.stop('main', key, 10)).toEqual({ end: null, seenExitCode: exitCode });
      expect(it.named('StopTask')).toEqual([{ cluster: 'main', task: taskArn, reason: stopping }]);
      expect(it.named('DescribeTasks')).toHaveLength(3);
    },
  );

  test('of a task whose command had not begun shows no code', async () => {
    const it = rig({ DescribeTasks: shown(beforeStart(stopped('UserInitiated', stopping))) });
    expect(await it.engine.stop('main', key, 10)).toEqual(sawNoEnd);
  });

  test('that was made before by a worker that died tells the code all the same', async () => {
    const it = rig({ DescribeTasks: shown(stopped('UserInitiated', stopping, { exitCode: 143 })) });
    const both = [await it.engine.stop('main', key, 10), await it.engine.stop('main', key, 10)];
    expect(both).toEqual([143, 143].map((seenExitCode) => ({ end: null, seenExitCode })));
    expect(it.named('StopTask')).toEqual([]);
  });

  test.each([
    ['that ended by itself before', exited(0), ran({ kind: 'exited', code: 0 }), 0],
    [
      'that somebody else stopped before',
      stopped('UserInitiated', 'Task stopped by user', { exitCode: 143 }),
      ran({ kind: 'lost', why: 'Stopped outside Flotilla: Task stopped by user', code: 143 }),
      143,
    ],
  ])('of a task %s tells its end', async (_, before, sight, seenExitCode) => {
    const it = rig({ DescribeTasks: shown(before) });
    expect({ kind: 'ended', ...(await it.engine.stop('main', key, 10)) }).toEqual({ ...sight, seenExitCode });
  });

  test('that overtakes no end: a command that ends by itself meanwhile tells its code (87)', async () => {
    const it = rig({
      DescribeTasks: (_, n) => shown(n < 2 ? task() : exited(3))(),
      StopTask: () => ({}),
    });
    const told = await it.engine.stop('main', key, 10);
    expect({ kind: 'ended', ...told }).toEqual({ ...ran({ kind: 'exited', code: 3 }), seenExitCode: 3 });
  });

  test('made again asks once: the task is stopping already', async () => {
    const it = rig({
      DescribeTasks: (_, n) =>
        shown(n < 2 ? task({ desiredStatus: 'STOPPED' }) : stopped('UserInitiated', stopping, { exitCode: 143 }))(),
    });
    expect(await it.engine.stop('main', key, 10)).toEqual({ end: null, seenExitCode: 143 });
  });

  test('of an attempt that was never asked for asks nothing', async () => {
    const it = rig({}, {});
    expect(await it.engine.stop('main', key, 10)).toEqual(sawNoEnd);
    expect(it.calls).toHaveLength(0);
  });

  test('of an attempt whose answer was lost finds all of its tasks', async () => {
    const it = rig(
      {
        ListTasks: (_, n) => ({ taskArns: n % 2 === 1 ? [taskArn, `${taskArn}b`] : [] }),
        DescribeTasks: shown(exited(0), exited(0, undefined, { taskArn: `${taskArn}b` })),
      },
      { askedAt: seconds(3) },
    );
    expect((await it.engine.stop('main', key, 10)).end).not.toBeNull();
    expect(it.named('DescribeTasks')).toHaveLength(1);
  });

  test('of an attempt whose answer was just lost waits for what ECS may show late', async () => {
    const it = rig(
      { ListTasks: (_, n) => ({ taskArns: n > 2 ? [taskArn] : [] }), DescribeTasks: shown(exited(0)) },
      { askedAt: seconds(3) },
    );
    expect((await it.engine.stop('main', key, 10)).end).not.toBeNull();
    expect(it.row()?.taskArn).toBe(taskArn);
  });

  test('of an attempt whose answer was lost long ago is certain at once where ECS lists none', async () => {
    const it = rig({}, { askedAt: seconds(61) });
    expect(await it.engine.stop('main', key, 10)).toEqual(sawNoEnd);
    expect(it.named('ListTasks')).toHaveLength(2);
  });

  test('of a task that ECS has forgotten is done', async () => {
    const gone = awsFault('InvalidParameterException', 'The referenced task was not found.');
    const it = rig({ DescribeTasks: shown(), StopTask: () => gone });
    expect(await it.engine.stop('main', key, 10)).toEqual(sawNoEnd);
  });

  test('of a task that ECS does not show yet is not done', async () => {
    const gone = awsFault('InvalidParameterException', 'The referenced task was not found.');
    const row = { taskArn, askedAt: seconds(600), placedAt: seconds(3) };
    const it = rig({ DescribeTasks: shown(), StopTask: () => gone }, row);
    await expect(it.engine.stop('main', key, 10)).rejects.toThrow('does not show task');
  });

  test('of an attempt whose last answer was lost waits, however long ago the first was asked for', async () => {
    const it = rig(
      { ListTasks: (_, n) => ({ taskArns: n > 2 ? [taskArn] : [] }), DescribeTasks: shown(exited(0)) },
      { askedAt: seconds(600), lastAskedAt: seconds(3) },
    );
    expect((await it.engine.stop('main', key, 10)).end).not.toBeNull();
  });

  test.each([
    ['whose task is known', { taskArn, placedAt: seconds(600) }],
    ['whose answer was lost', { askedAt: seconds(61) }],
  ])('of an attempt %s is done where its cluster is gone', async (_, row) => {
    const gone = () => awsFault('ClusterNotFoundException', 'Cluster not found.');
    const it = rig({ DescribeTasks: gone, ListTasks: gone, StopTask: gone }, row);
    expect(await it.engine.stop('main', key, 10)).toEqual(sawNoEnd);
  });

  test('is asked for also while ECS shows nothing', async () => {
    const it = rig({ DescribeTasks: () => awsFault('ServerException', 'away', 500), StopTask: () => ({}) });
    await expect(it.engine.stop('main', key, 10)).rejects.toThrow('away');
    expect(it.named('StopTask')).toMatchObject([{ task: taskArn }]);
  });

  test('of two tasks is asked for both, though one cannot be stopped', async () => {
    const arns = [taskArn, `${taskArn}b`];
    const it = rig(
      {
        ListTasks: (_, n) => ({ taskArns: n % 2 === 1 ? arns : [] }),
        DescribeTasks: shown(task(), task({ taskArn: `${taskArn}b` })),
        StopTask: ({ task: arn }) => (arn === taskArn ? awsFault('ThrottlingException', 'Rate exceeded') : {}),
      },
      { askedAt: seconds(20) },
    );
    void it.engine.stop('main', key, 10).catch(() => undefined);
    for (let tries = 0; it.named('StopTask').length < arns.length && tries < 400; tries += 1) await sleep(25);
    expect(it.named('StopTask').map((input) => input['task'])).toEqual(arns);
  });

  test('that AWS does not answer fails, and may be made again', async () => {
    const it = rig({ DescribeTasks: shown(task()), StopTask: () => awsFault('ThrottlingException', 'Rate exceeded') });
    await expect(it.engine.stop('main', key, 10)).rejects.toThrow('Rate exceeded');
  });
});
