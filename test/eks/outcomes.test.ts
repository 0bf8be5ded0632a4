/** Ends of runs as a real node makes them: class, exit code and sentence. */
import { clusterOfSetup } from '../cluster/cluster';
import { shellCases, type Case } from '../outcome-case';
import { until, type WireRun } from '../stack';
import { onlyFirst, startEksStack, type EksStack } from './stack';

const cases: Record<string, Case> = {
  ...shellCases,
  'a file that cannot be executed shows 126, the shell’s word': {
    command: '/etc/passwd',
    outcome: 'USER',
    code: 126,
    reason: /^Command exited with code 126$/,
  },
  'a command that needs more memory than it may have is OOMKilled': {
    command: 'a=$(head -c 200000000 /dev/zero | tr "\\0" x); echo ${#a}',
    outcome: 'OOM',
    code: 137,
    reason: /^OOMKilled: limit 32 MB$/,
  },
  'an image that the node does not have and may not pull is called so after a second try': {
    command: 'true',
    definition: { image: 'flotilla.test/missing:1' },
    outcome: 'CONFIG',
    reason: /^Image flotilla\.test\/missing:1 not found or not pullable: Container image .* is not present/,
    attempts: 2,
  },
  'an image name that cannot be is called so at once': {
    command: 'true',
    definition: { image: 'NOT A NAME' },
    outcome: 'CONFIG',
    reason: /^Invalid image name NOT A NAME$/,
  },
  'a service account that does not exist ends a run at once, although there is no pod': {
    command: 'true',
    launch: { service_account: 'nobody' },
    outcome: 'CONFIG',
    reason: /^Service account nobody not found$/,
  },
  'a Job that the API server finds invalid ends with its sentence': {
    command: 'true',
    launch: { service_account: 'a..b' },
    outcome: 'CONFIG',
    reason: /^Job\.batch ".*" is invalid: spec\.template\.spec\.serviceAccountName: /,
  },
  'a command over its deadline is stopped with 124': {
    command: 'sleep 60',
    launch: { active_deadline_seconds: 3 },
    outcome: 'TIMEOUT',
    code: 124,
    reason: /^JobRun exceeded specified timeout of 3 seconds$/,
  },
};

const cluster = clusterOfSetup();
let eks: EksStack;

(cluster === null ? describe.skip : describe)('on Kubernetes', () => {
  beforeAll(async () => {
    if (cluster === null) return;
    // Never: what the node does not have is known at once. Two attempts each: a third would tell nothing more.
    eks = await startEksStack(cluster, {
      EKS_IMAGE_PULL_POLICY: 'Never',
      RUN_RETRY_INFRA_START_ATTEMPTS: '2',
      RUN_RETRY_INFRA_LOST_ATTEMPTS: '2',
      RUN_RETRY_OOM_ATTEMPTS: '2',
    });
    eks.stack.startWorker();
    await eks.stack.startApi();
  }, 180_000);
  afterAll(() => eks.close(), 60_000);

  test.concurrent.each(Object.entries(cases))('%s', async (_, { command, definition, launch, ...expected }) => {
    const runId = await eks.start(command, definition, launch);
    const run = await eks.stack.reaches(runId, ['STOPPED'], 120);
    expect(run.exit_reason).toMatch(expected.reason);
    expect([run.outcome, run.exit_code, run.attempt_count]).toEqual([
      expected.outcome,
      expected.code,
      expected.attempts ?? 1,
    ]);
    expect(await eks.alive(runId)).toEqual([]);
  });

  test.concurrent(
    'a run goes from QUEUED to STOPPED with exit 0, and tells its log, its pod and its events',
    async () => {
      const { stack } = eks;
      const runId = await eks.start('echo hello $FLOTILLA_RUN_OWNER_ID; sleep 2');
      const run = await stack.reaches(runId, ['STOPPED']);
      expect(run).toMatchObject({
        ...{ outcome: 'SUCCESS', exit_code: 0, exit_reason: 'Command exited with code 0', attempt_count: 1 },
        ...{ cluster: 'test', engine: 'eks' },
      });
      expect(run.transitions.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
      const [pod] = await eks.pods(runId);
      expect(run).toMatchObject({ pod_name: pod?.metadata.name, instance: { dns_name: pod?.spec.nodeName } });
      expect((await stack.log(runId)).split('\n')).toContain('hello tester');
      const told = await until('all events are told', async () => {
        const { body } = await stack.call('GET', `/${runId}/events`);
        const reasons = ((body as { pod_events: { reason: string }[] | null }).pod_events ?? []).map(
          ({ reason }) => reason,
        );
        return reasons.includes('Completed') ? reasons : null;
      });
      expect(told).toEqual(expect.arrayContaining(['SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started']));
    },
  );

  test.concurrent('the manifest of a run is shown as it is, without the values of its variables', async () => {
    const runId = await eks.start('echo "$SECRET"', { env: [{ name: 'SECRET', value: 'geheim' }] });
    await eks.stack.reaches(runId, ['STOPPED']);
    const { status, body } = await eks.stack.call('GET', `/history/${runId}/manifest`);
    expect(status).toBe(200);
    const created = await eks.api('GET', `/apis/batch/v1/namespaces/${eks.namespace}/jobs/${runId}`);
    expect(JSON.stringify(created)).toContain('geheim');
    expect(JSON.stringify(body)).not.toContain('geheim');
    // The API server has all that the document says, and its own defaults besides.
    const withoutValues = JSON.stringify(created).replace(/("name":"[^"]*","value":)"(?:[^"\\\\]|\\\\.)*"/g, '$1"…"');
    expect(JSON.parse(withoutValues)).toMatchObject(body as object);
  });

  test.concurrent(
    'a run that fits on no node stays PENDING with the scheduler’s reason, and can be cancelled',
    async () => {
      const runId = await eks.start('true', { cpu: 50_000 });
      const run = await eks.stack.notes(runId, /^Waiting for capacity: 0\/1 nodes are available: 1 Insufficient cpu/);
      expect(run.status).toBe('PENDING');
      await eks.stack.cancel(runId, 'me@example.com');
      expect((await eks.stack.reaches(runId, ['STOPPED'])).exit_reason).toBe('Task terminated by - me@example.com');
      expect(await eks.pods(runId)).toEqual([]);
    },
  );

  test.concurrent(
    'a full quota of pods keeps a run PENDING with its reason, and a larger one lets it go on',
    async () => {
      const grow = await quota({ 'requests.ephemeral-storage': '10M' });
      const runId = await eks.start('exit 4', {}, { ephemeral_storage: 20 });
      const run = await eks.stack.notes(runId, /^Waiting for capacity: Namespace quota exceeded: .*ephemeral-storage/);
      expect(run.status).toBe('PENDING');
      await grow({ 'requests.ephemeral-storage': '1G' });
      expect(await eks.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 4, attempt_count: 1 });
    },
  );

  test.concurrent('an evicted pod is a lost run: its node was drained', async () => {
    const runId = await eks.start('echo here; sleep 60');
    await evict(runId);
    expect(lossOf(await eks.stack.reaches(runId, ['STOPPED']))).toEqual(['INFRA_LOST', undefined, 'Node drained', 1]);
    expect(await eks.alive(runId)).toEqual([]);
  });

  test.concurrent('an evicted pod of a run that is retried on interruption goes on in a second attempt', async () => {
    const runId = await eks.start(onlyFirst('sleep 60', 'exit 5'), { retry_on_interruption: true });
    await evict(runId);
    expect(await eks.stack.reaches(runId, ['STOPPED'])).toMatchObject({
      outcome: 'USER',
      exit_code: 5,
      attempt_count: 2,
    });
    expect(await eks.pods(runId)).toHaveLength(1);
  });

  test.concurrent('a pod deleted by hand is a lost run, and no other pod takes its place', async () => {
    const runId = await eks.start('sleep 60');
    const { metadata } = await eks.runningPod(runId);
    await eks.api('DELETE', `${eks.path}/pods/${metadata.name}`);
    const run = await eks.stack.reaches(runId, ['STOPPED']);
    expect(lossOf(run)).toEqual(['INFRA_LOST', undefined, 'Pod deleted outside Flotilla', 1]);
    expect(await eks.alive(runId)).toEqual([]);
    expect((await eks.pods(runId)).filter((pod) => pod.metadata.name !== metadata.name)).toEqual([]);
  });

  test.concurrent.each(['Background', 'Foreground'])(
    'a Job deleted by hand (%s) is a lost run once nothing of it runs',
    async (policy) => {
      const runId = await eks.start('trap "sleep 1" TERM; sleep 60 & wait; wait');
      await eks.runningPod(runId);
      await eks.api('DELETE', `/apis/batch/v1/namespaces/${eks.namespace}/jobs/${runId}?propagationPolicy=${policy}`);
      const run = await eks.stack.reaches(runId, ['STOPPED']);
      expect(await eks.alive(runId)).toEqual([]);
      expect(lossOf(run)).toEqual(['INFRA_LOST', undefined, 'Job deleted outside Flotilla', 1]);
    },
  );

  /** Fits into 56 MB and not into 32 MB. */
  const greedy = 'head -c 36000000 /dev/zero > /dev/shm/x; echo fits';

  test.concurrent('a run that is retried on OOM gets more memory in its next attempt', async () => {
    const runId = await eks.start(`${greedy}; sleep 2`, { retry_on_oom: true });
    const limits = new Set<string>();
    const run = await until('it has stopped', async () => {
      for (const { spec } of await eks.pods(runId)) limits.add(spec.containers[0]?.resources.limits.memory ?? '');
      const now = await eks.stack.run(runId);
      return now.status === 'STOPPED' ? now : null;
    });
    expect([run.outcome, run.exit_code, run.attempt_count]).toEqual(['SUCCESS', 0, 2]);
    expect([...limits]).toEqual(['32M', '56M']);
    expect((await eks.stack.wholeLog(runId)).split('\n')).toContain('fits');
  });

  test.concurrent('after an OOM kill the next run of the same command gets more memory, and says why', async () => {
    const definition = await eks.define(greedy);
    const first = await eks.stack.reaches(await eks.stack.execute(definition), ['STOPPED']);
    expect([first.outcome, first.exit_reason]).toEqual(['OOM', 'OOMKilled: limit 32 MB']);
    const next = await eks.stack.execute(definition);
    expect(await eks.stack.reaches(next, ['STOPPED'])).toMatchObject({
      ...{ outcome: 'SUCCESS', exit_code: 0 },
      adaptive_resources: 'Memory 56 MB instead of 32 MB: the same command was OOM killed with 32 MB',
    });
    expect((await eks.pods(next))[0]?.spec.containers[0]?.resources.limits.memory).toBe('56M');
  });

  test('a full quota of Jobs keeps a run QUEUED with its reason, and its end lets the run go on', async () => {
    const grow = await quota({ 'count/jobs.batch': '0' });
    const runId = await eks.start('exit 6');
    const run = await eks.stack.notes(runId, /^Waiting for capacity: Namespace quota exceeded: .*count\/jobs.batch/);
    expect(run.status).toBe('QUEUED');
    await grow({ 'count/jobs.batch': '1000' });
    expect(await eks.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 6, attempt_count: 1 });
  });
});

/** Sets a quota that is in force on return; the answer replaces it. */
async function quota(hard: Record<string, string>): Promise<(hard: Record<string, string>) => Promise<void>> {
  const { api, path } = eks;
  const name = `quota-${Math.random().toString(36).slice(2)}`;
  const create = async (limits: Record<string, string>): Promise<void> => {
    await api('POST', `${path}/resourcequotas`, { metadata: { name }, spec: { hard: limits } });
    await until('the quota is in force', async () => {
      const { status } = (await api('GET', `${path}/resourcequotas/${name}`)) as { status: { used?: object } };
      return status.used ?? null;
    });
  };
  await create(hard);
  return async (next) => {
    await api('DELETE', `${path}/resourcequotas/${name}`);
    await create(next);
  };
}

async function evict(runId: string): Promise<void> {
  const { name } = (await eks.runningPod(runId)).metadata;
  await eks.api('POST', `${eks.path}/pods/${name}/eviction`, {
    ...{ apiVersion: 'policy/v1', kind: 'Eviction' },
    metadata: { name, namespace: eks.namespace },
  });
}

function lossOf({ outcome, exit_code: code, exit_reason: reason, attempt_count: attempts }: WireRun): unknown[] {
  return [outcome, code, reason, attempts];
}
