/** The line before the thread of templates: its order, its limits, and that no dead thread is asked. */
import { existsSync } from 'node:fs';
import type * as threads from 'node:worker_threads';
import { Line, maxWaiting, maxWaitMs, type Rendered } from '../../templates/line';
import { createRenderer } from '../../templates/renderer';
import type { Task } from '../../templates/task';

const mockThreads: threads.Worker[] = [];
jest.mock('node:worker_threads', () => {
  const real = jest.requireActual<typeof threads>('node:worker_threads');
  class Watched extends real.Worker {
    constructor(...of: ConstructorParameters<typeof real.Worker>) {
      super(...of);
      mockThreads.push(this);
    }
  }
  return { ...real, Worker: Watched };
});

const task = (text: string): Task => ({ source: { text, schema: {} }, fill: null });
const busy: Rendered = { busy: true };

describe('the line', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Who is served, in order. */
  const served = (line: Line): string[] => {
    const texts: string[] = [];
    for (let next = line.next(); next !== undefined; next = line.next()) texts.push(next.task.source.text);
    return texts;
  };

  test('tasks are served as they come, but those of a slow template after all others', () => {
    const line = new Line();
    line.remember(task('slow'), 3000);
    for (const text of ['slow', 'a', 'slow', 'b', 'a']) void line.enter(task(text));
    expect(served(line)).toEqual(['a', 'b', 'a', 'slow', 'slow']);
    line.remember(task('slow'), 0);
    for (const text of ['slow', 'a', 'slow']) void line.enter(task(text));
    expect(served(line)).toEqual(['slow', 'a', 'slow']);
  });

  test('a full line turns the last one away, and that is one of a slow template', async () => {
    const line = new Line();
    line.remember(task('slow'), 3000);
    const slow = Array.from({ length: maxWaiting }, () => line.enter(task('slow')));
    expect(await line.enter(task('slow'))).toEqual(busy);
    void line.enter(task('quick'));
    expect(await slow.at(-1)).toEqual(busy);
    expect(line.length).toBe(maxWaiting);
    expect(line.next()?.task).toEqual(task('quick'));
    expect(line.next()?.task).toEqual(task('slow'));
  });

  test('who has waited too long is turned away, and is not served any more', async () => {
    const line = new Line();
    const first = line.enter(task('first'));
    jest.advanceTimersByTime(maxWaitMs - 1);
    const second = line.enter(task('second'));
    jest.advanceTimersByTime(1);
    expect(await first).toEqual(busy);
    const next = line.next();
    expect(next?.task).toEqual(task('second'));
    jest.advanceTimersByTime(maxWaitMs);
    next?.resolve({ command: 'done' });
    expect(await second).toEqual({ command: 'done' });
  });
});

describe('the thread', () => {
  const renderer = createRenderer();
  afterAll(() => renderer.close());
  const render = (text: string, schema: Record<string, unknown> = {}): Promise<Rendered> =>
    renderer.render({ text, schema }, {});

  test('where it fails between two tasks, this process goes on, and the next task has another thread', async () => {
    expect(await render('one')).toEqual({ command: 'one' });
    // An error event that nobody listens to is thrown: here, and in the API to its end.
    mockThreads.at(-1)?.emit('error', new Error('failed'));
    expect(await render('two')).toEqual({ command: 'two' });
    await mockThreads.at(-1)?.terminate();
    expect(await render('three')).toEqual({ command: 'three' });
    expect(mockThreads).toHaveLength(3);
  }, 60_000);

  test('schemas that never answer, or later, leave the thread as it is', async () => {
    const before = mockThreads.length;
    expect(await render('x', { $ref: '#' })).toEqual({ faults: ['schema: Maximum call stack size exceeded'] });
    expect(await render('x', { $async: true, required: ['a'] })).toHaveProperty('faults');
    expect(await render('x')).toEqual({ command: 'x' });
    expect(mockThreads).toHaveLength(before);
  }, 60_000);

  const onLinux = existsSync('/proc/thread-self') ? test : test.skip;
  onLinux(
    'a template is not told to be slow where its thread got no processor',
    async () => {
      await render('warm');
      jest.spyOn(mockThreads.at(-1) as threads.Worker, 'postMessage').mockImplementation(() => undefined);
      expect(await render('x')).toEqual(busy);
      expect(await render('x')).toEqual({ command: 'x' });
    },
    60_000,
  );

  test('nobody waits for more than one slow template', async () => {
    const slow = '{{range until 90000}}{{range until 90000}}{{end}}{{end}}';
    await render(slow);
    const order: string[] = [];
    const asked = [slow, slow, slow, 'quick'].map(async (text) => {
      const rendered = await render(text);
      order.push('busy' in rendered ? 'busy' : 'faults' in rendered ? 'slow' : rendered.command);
    });
    await Promise.all(asked);
    // After the quick one there is time for one that is slow or two, as the machine is busy.
    expect(order[0]).toBe('quick');
    expect(order).toContain('slow');
    expect(order).toContain('busy');
  }, 60_000);
});
