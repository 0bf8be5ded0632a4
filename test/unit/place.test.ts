/** Which cluster a run goes to. */
import type { ApiDeps } from '../../api/deps';
import { placeOf } from '../../api/place';
import type { Launch } from '../../api/wire/run';
import type { Definition } from '../../domain/job';
import { choose, type Candidate, type Choice, type Wish } from '../../domain/place';

const cluster = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ name, status: 'active', statusReason: '', allowedTiers: [], isStale: false },
  ...more,
});
const nothing: Wish = { cluster: null, tier: null, target: null };
const to = (...among: [string, ...string[]]): Choice => ({ do: 'place', among });
const shut = cluster('b', { status: 'maintenance', statusReason: 'upgrade' });

const cases: Record<string, [candidates: Candidate[], wish: Partial<Wish>, choice: Choice]> = {
  'a run that asks for nothing goes to the default': [[cluster('a'), cluster('b')], {}, to('a')],
  'the cluster that a run names comes before its tier and its definition': [
    [cluster('a', { allowedTiers: ['1'] }), cluster('b'), cluster('c')],
    { cluster: 'b', tier: '1', target: 'c' },
    to('b'),
  ],
  'an unknown cluster is refused': [[cluster('a')], { cluster: 'x' }, { do: 'refuse-unknown', name: 'x' }],
  'a cluster in maintenance is refused to whoever names it': [
    [cluster('a'), shut],
    { cluster: 'b' },
    { do: 'refuse-closed', closed: shut },
  ],
  'a tier goes to those that allow it': [
    [cluster('a'), cluster('b', { allowedTiers: ['1', '2'] }), cluster('c', { allowedTiers: ['2'] })],
    { tier: '2' },
    to('b', 'c'),
  ],
  'a tier comes before the definition': [
    [cluster('a'), cluster('b', { allowedTiers: ['1'] })],
    { tier: '1', target: 'a' },
    to('b'),
  ],
  'a tier that no open cluster allows leaves the choice to the definition': [
    [cluster('a'), cluster('b', { allowedTiers: ['1'], status: 'offline' }), cluster('c')],
    { tier: '1', target: 'c' },
    to('c'),
  ],
  'of a tier, those that cannot be seen are left out': [
    [cluster('a', { allowedTiers: ['1'], isStale: true }), cluster('b', { allowedTiers: ['1'] })],
    { tier: '1' },
    to('b'),
  ],
  'where none of a tier can be seen, all of them will do: being blind refuses no run': [
    [cluster('a', { allowedTiers: ['1'], isStale: true }), cluster('b', { allowedTiers: ['1'], isStale: true })],
    { tier: '1' },
    to('a', 'b'),
  ],
  'a definition goes to its own cluster': [[cluster('a'), cluster('b')], { target: 'b' }, to('b')],
  'a definition whose cluster is closed goes nowhere else': [
    [cluster('a'), shut],
    { target: 'b' },
    { do: 'refuse-closed', closed: shut },
  ],
  'a definition whose cluster is gone is refused': [
    [cluster('a')],
    { target: 'x' },
    { do: 'refuse-unknown', name: 'x' },
  ],
  'while the default is in maintenance, any other that is open will do': [
    [cluster('a', { status: 'maintenance' }), cluster('b'), cluster('c'), cluster('d', { status: 'offline' })],
    {},
    to('b', 'c'),
  ],
  'while the default cannot be seen, the others come first': [
    [cluster('a', { isStale: true }), cluster('b')],
    {},
    to('b'),
  ],
  'the only cluster is the place even where it cannot be seen': [[cluster('a', { isStale: true })], {}, to('a')],
  'where all are closed, none is chosen': [
    [cluster('a', { status: 'offline' }), shut],
    {},
    { do: 'refuse-all-closed', closed: [cluster('a', { status: 'offline' }), shut] },
  ],
};

test.each(Object.entries(cases))('%s', (_name, [candidates, wish, choice]) => {
  expect(choose(candidates, { ...nothing, ...wish })).toEqual(choice);
});

describe('the engine of a run', () => {
  const engines = new Map([
    ['ecs', { name: 'ecs', clusters: ['a', 'both'] }],
    ['eks', { name: 'eks', clusters: ['b', 'both'] }],
  ]);
  /** All of its clusters are open, and seen. */
  const db = {
    query: (_: string, [, names]: [string, string[]]) => Promise.resolve({ rows: names.map((name) => cluster(name)) }),
  };

  test.each<[string, string | null, Partial<Launch>, string]>([
    ['is the default', null, {}, 'ecs/a'],
    ['is the one that has the definition’s cluster', 'b', {}, 'eks/b'],
    ['is the default where that has it, too', 'both', {}, 'ecs/both'],
    ['is the one that the request names', 'both', { engine: 'eks' }, 'eks/both'],
    ['is the default where the request names a cluster', 'b', { cluster: 'a' }, 'ecs/a'],
  ])('%s', async (_, targetCluster, launch, place) => {
    const deps = { db, engines, settings: { defaultEngine: 'ecs' } } as unknown as ApiDeps;
    const asked = { ...{ engine: null, cluster: null, tier: null }, ...launch } as Launch;
    const { engine, cluster: name } = await placeOf(deps, { targetCluster, privileged: false } as Definition, asked);
    expect(`${engine.name}/${name}`).toBe(place);
  });
});
