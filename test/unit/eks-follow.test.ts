/** A list and then a watch: what the server ends is taken up where it ended, what it has forgotten is listed again. */
import type { KubernetesListObject, KubernetesObject, Watch } from '@kubernetes/client-node';
import { follow, type Change, type Source } from '../../engines/eks/follow';

type Thing = KubernetesObject & { status?: object };
type Step = { event: [phase: string, object: object] } | { done: unknown };

const thing = (name: string, resourceVersion: string, more: object = {}): Thing => ({
  metadata: { name, resourceVersion },
  ...more,
});

/** Each watch plays one script; when all are played the following ends. */
function play(scripts: Step[][], lists: Thing[][]) {
  const stop = new AbortController();
  const froms: string[] = [];
  const changes: string[] = [];
  let listed = 0;
  const source: Source<Thing> = {
    path: '/things',
    list: () => {
      listed += 1;
      const page: KubernetesListObject<Thing> = {
        metadata: { resourceVersion: `list-${listed}` },
        items: lists[listed - 1] ?? [],
      };
      return Promise.resolve(page);
    },
  };
  const watch = {
    watch: (
      _path: string,
      query: { resourceVersion: string },
      on: (phase: string, object: object) => void,
      done: (error: unknown) => void,
    ) => {
      froms.push(query.resourceVersion);
      const script = scripts.shift();
      if (script === undefined) stop.abort();
      setImmediate(() => {
        for (const step of script ?? [{ done: null }]) {
          if ('done' in step) done(step.done);
          else {
            try {
              on(...step.event);
            } catch {
              // As the client does.
            }
          }
        }
      });
      return Promise.resolve(new AbortController());
    },
  } as unknown as Watch;
  const tell = (change: Change<Thing>): void => {
    changes.push(
      change.kind === 'all'
        ? `all ${change.objects.map(({ metadata }) => metadata?.name ?? '').join(' ')}`
        : `${change.kind} ${change.object.metadata?.name ?? ''}`,
    );
  };
  return { run: (on = tell) => follow(watch, source, on, stop.signal), froms, changes, lists: () => listed };
}

test('the list comes first, then what changes', async () => {
  const played = play(
    [[{ event: ['ADDED', thing('b', '2')] }, { event: ['DELETED', thing('a', '3')] }, { done: null }]],
    [[thing('a', '1')]],
  );
  await played.run();
  expect(played.changes).toEqual(['all a', 'put b', 'gone a']);
  expect(played.froms).toEqual(['list-1', '3']);
  expect(played.lists()).toBe(1);
});

test('a bookmark moves on without a change', async () => {
  const played = play([[{ event: ['BOOKMARK', thing('', '77')] }, { done: null }]], [[]]);
  await played.run();
  expect(played.changes).toEqual(['all ']);
  expect(played.froms).toEqual(['list-1', '77']);
});

test.each<[string, Step]>([
  ['as an event', { event: ['ERROR', { code: 410, message: 'too old resource version' }] }],
  ['as its status', { done: Object.assign(new Error('Gone'), { statusCode: 410 }) }],
])('what the server has forgotten is listed again: told %s', async (_, step) => {
  const played = play([[step]], [[thing('a', '1')], [thing('b', '9')]]);
  await played.run();
  expect(played.changes).toEqual(['all a', 'all b']);
  expect(played.froms).toEqual(['list-1', 'list-2']);
});

test('a connection that breaks in the middle goes on where it was', async () => {
  const played = play(
    [[{ event: ['MODIFIED', thing('a', '5')] }, { done: new Error('Premature close') }]],
    [[thing('a', '1')]],
  );
  await played.run();
  expect(played.froms).toEqual(['list-1', '5']);
});

test.each<[string, Step, string]>([
  ['that refuses connections', { done: new Error('connect ECONNREFUSED') }, 'connect ECONNREFUSED'],
  ['that says no', { event: ['ERROR', { code: 403, message: 'forbidden' }] }, 'forbidden'],
])('a server %s ends it', async (_, step, message) => {
  await expect(play([[step]], [[]]).run()).rejects.toThrow(message);
});

test('what its handler throws is not swallowed', async () => {
  const played = play([[{ event: ['ADDED', thing('a', '2')] }]], [[]]);
  const failing = (change: Change<Thing>): void => {
    if (change.kind === 'put') throw new Error('handler');
  };
  await expect(played.run(failing)).rejects.toThrow('handler');
});

test("times come as dates, as in a list; labels and annotations stay anybody's text", async () => {
  const told: unknown[] = [];
  const text = '2026-01-31T12:00:00Z';
  const object = thing('a', '2', { status: { startTime: text, items: [{ finishedAt: text }] } });
  const labelled = { ...object, metadata: { ...object.metadata, annotations: { createdAt: text } } };
  const played = play([[{ event: ['ADDED', labelled] }, { done: null }]], [[]]);
  await played.run((change) => {
    if (change.kind === 'put') told.push(change.object);
  });
  expect(told).toMatchObject([
    {
      metadata: { annotations: { createdAt: text } },
      status: { startTime: new Date(text), items: [{ finishedAt: new Date(text) }] },
    },
  ]);
});

test.each([429, 500, 503])('a server that is busy (%d) is asked again from where it was', async (statusCode) => {
  const played = play([[{ done: Object.assign(new Error('busy'), { statusCode }) }]], [[]]);
  await played.run();
  expect(played.froms).toEqual(['list-1', 'list-1']);
  expect(played.lists()).toBe(1);
});
