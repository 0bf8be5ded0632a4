/** How an execution is asked for in the old versions of the API. */
import { launchFromWire } from '../../api/wire/run';
import { refusal } from './refusal';

const overrides = {
  ...{ command: 'echo', memory: 1, cpu: 1, active_deadline_seconds: 5, node_lifecycle: 'ondemand' },
  from_run: 'eks-1',
};

test('v1 asks nobody who they are, and reads a cluster, an environment and a tier only', () => {
  const body = { cluster: 'c', env: [{ name: 'A', value: '1' }], tier: '2', engine: 'eks', ...overrides };
  const empty = launchFromWire({}, 'v1');
  expect(empty).toMatchObject({ ownerId: 'v1-unknown', cluster: null, env: [], engine: null });
  expect(launchFromWire(body, 'v1')).toEqual({ ...empty, cluster: 'c', env: body.env, tier: '2' });
});

test('v1 does not mind what it does not read, be it as wrong as can be', () => {
  expect(launchFromWire({ memory: 'much', run_tags: 5, engine: [] }, 'v1')).toEqual(launchFromWire({}, 'v1'));
});

test('v2 has the owner by email, and no overrides', () => {
  const tags = { OWNER_EMAIL: 'me@example.com', team_name: 'etl' };
  const plain = launchFromWire({ run_tags: tags }, 'v2');
  expect(plain.ownerId).toBe('me@example.com');
  expect(launchFromWire({ run_tags: tags, engine: 'eks', ...overrides }, 'v2')).toEqual({ ...plain, engine: 'eks' });
});

test.each([
  {},
  { run_tags: {} },
  { run_tags: { owner_email: 'me' } },
  { run_tags: { owner_email: '', team_name: 't' } },
])('v2 refuses %j: email and team must be there', (body) => {
  const sentence = 'run_tags must exist in body and contain [owner_email] and [team_name]';
  expect(refusal(() => launchFromWire(body, 'v2'))).toBe(sentence);
});

test('v4, which is v6, reads all', () => {
  const launch = launchFromWire({ run_tags: { owner_id: 'me' }, tier: '1', description: 'nightly', ...overrides });
  expect(launch).toMatchObject({ ownerId: 'me', command: 'echo', memoryMb: 1, tier: '1', description: 'nightly' });
  expect(launch.fromRun).toBe('eks-1');
});
