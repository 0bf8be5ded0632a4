/** How runs end that are tasks of ECS, seen for real: class, exit code and sentence. Worker and API against the test AWS. */
import { shellCases, type Case } from '../outcome-case';
import { until } from '../stack';
import { startEcsStack, type EcsStack } from './stack';

/** Also how long a task may wait for its start. */
const queueSeconds = 20;

type EcsCase = Omit<Case, 'command'> & {
  /** A real container's command, or a task's life as `script` takes it. */
  command?: string;
  script?: string;
  /** Attempts for which AWS made a task, where not for each. */
  tasks?: number;
};

const greedy = 'a=$(head -c 200000000 /dev/zero | tr "\\0" x); echo ${#a}';
/** The kernel’s deed is told well before the container ends: what comes with its end Docker loses now and then. */
const killedForMemory = `bash -c '${greedy}' || { code=$?; sleep 1; exit $code; }`;

const cases: Record<string, EcsCase> = {
  ...shellCases,
  'a command that exits with 0 shows 0': {
    command: 'exit 0',
    outcome: 'SUCCESS',
    code: 0,
    reason: /^Command exited with code 0$/,
  },
  'a command that needs more memory than it may have is OOMKilled': {
    command: killedForMemory,
    outcome: 'OOM',
    code: 137,
    reason: /^OOMKilled: limit 64 MB$/,
  },
  'a command that outlives the OOM kill of its child keeps its own code and tells of it': {
    command: `bash -c '${greedy}' || { sleep 1; exit 4; }`,
    outcome: 'USER',
    code: 4,
    reason: /^Command exited with code 4 \(possible OOM\)$/,
  },
  'a run that is retried on OOM ends with the last one': {
    script: 'oom',
    launch: { retry_on_oom: true },
    outcome: 'OOM',
    code: 137,
    reason: /^OOMKilled: limit 64 MB \(after 2 attempts\)$/,
    attempts: 2,
  },
  'an image that is not there is called so after a second try': {
    command: 'true',
    definition: { image: 'flotilla.test/missing:1' },
    outcome: 'CONFIG',
    reason:
      /^Image flotilla\.test\/missing:1 not found or not pullable: pull access denied for flotilla\.test\/missing:1/,
    attempts: 2,
  },
  'an image name that cannot be is called so at once': {
    script: 'hang;pull-error:CannotPullContainerError: invalid reference format: repository name must be lowercase',
    outcome: 'CONFIG',
    reason: /^Invalid image name /,
  },
  'a registry with too many requests gets another try': {
    script: 'hang;pull-error:CannotPullContainerError: toomanyrequests',
    outcome: 'INFRA_START',
    reason: /^Image .* could not be pulled: toomanyrequests \(after 2 attempts\)$/,
    attempts: 2,
  },
  'a container that a full host cannot create gets another try': {
    script: 'hang;create-error',
    outcome: 'INFRA_START',
    reason: /^Container could not be created: devmapper: .* insufficient free space \(after 2 attempts\)$/,
    attempts: 2,
  },
  'a command in another machine’s format shows 126 and the agent’s sentence': {
    script: 'hang;start-error',
    outcome: 'CONFIG',
    code: 126,
    reason: /^Container could not start: failed to create shim task: .*exec format error/,
  },
  'a command over its deadline is stopped with 124': {
    command: 'sleep 60',
    launch: { active_deadline_seconds: 3 },
    outcome: 'TIMEOUT',
    code: 124,
    reason: /^JobRun exceeded specified timeout of 3 seconds$/,
  },
  'a task that Spot interrupts is lost': {
    script: 'hang;spot:500ms',
    outcome: 'INFRA_LOST',
    reason: /^Spot interruption: Your Spot Task was interrupted\.$/,
  },
  'a task that Spot interrupts each time is lost with the last attempt': {
    script: 'hang;spot:500ms',
    launch: { retry_on_interruption: true },
    outcome: 'INFRA_LOST',
    reason: /^Spot interruption: Your Spot Task was interrupted\. \(after 2 attempts\)$/,
    attempts: 2,
  },
  'hosts that lack what the task needs end a run at once': {
    command: 'true',
    launch: { cluster: 'bare' },
    outcome: 'CONFIG',
    reason: /^Cannot place task: ATTRIBUTE$/,
    tasks: 0,
  },
  'a task definition that AWS refuses ends a run at once with AWS’s sentence': {
    command: 'true',
    definition: { memory: 5 },
    outcome: 'CONFIG',
    reason: /Memory must be at least 6 MB\.$/,
    tasks: 0,
  },
};

let bed: EcsStack;

beforeAll(async () => {
  bed = await startEcsStack({
    ECS_CLUSTERS: 'main gone bare busy full empty scaled lost cutoff',
    ECS_SWEEP_SECONDS_WITH_EVENTS: '2',
    RUN_QUEUE_SECONDS: String(queueSeconds),
    RUN_START_SECONDS: String(queueSeconds),
    RUN_RETRY_INFRA_START_ATTEMPTS: '2',
    RUN_RETRY_INFRA_LOST_ATTEMPTS: '2',
    RUN_RETRY_OOM_ATTEMPTS: '2',
  });
  for (const name of ['bare', 'busy', 'full', 'empty', 'lost', 'cutoff']) await bed.addCluster(name);
  await bed.addCluster('scaled', {
    capacityProviders: ['asg'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'asg', weight: 1 }],
  });
  await bed.addHost('bare', 1024, [{ name: 'ecs.capability.task-eni' }]);
  for (const name of ['busy', 'full']) await bed.addHost(name, 1024);
  bed.stack.startWorker();
  await bed.stack.startApi();
  for (const name of ['busy', 'full']) await bed.runningTask(await bed.script('hang', { cluster: name, memory: 900 }));
});
afterAll(() => bed.close());

/** The longest ones first: only a few run at a time. */
describe('a run without room', () => {
  test.concurrent('is given up when its queue budget is used up, with AWS’s reason', async () => {
    const runId = await bed.start('true', { memory: 512 }, { cluster: 'busy' });
    const run = await bed.stack.reaches(runId, ['STOPPED']);
    expect([run.outcome, run.exit_code, run.exit_reason, run.attempt_count]).toEqual([
      ...['CAPACITY', undefined, `Not started within ${queueSeconds} seconds: RESOURCE:MEMORY`, 1],
    ]);
    expect(bed.tasks(runId)).toEqual([]);
  });

  test.concurrent('that waits at AWS is given up when its queue budget is used up', async () => {
    const runId = await bed.start('true', { memory: 300_000 }, { cluster: 'scaled' });
    const run = await bed.stack.reaches(runId, ['STOPPED'], 3 * queueSeconds);
    expect([run.outcome, run.exit_code, run.attempt_count]).toEqual(['CAPACITY', undefined, 1]);
    const reason = `Not started within ${queueSeconds} seconds: Waiting for capacity: the task is PROVISIONING`;
    expect(run.exit_reason).toBe(reason);
    expect(bed.tasks(runId)).toMatchObject([{ lastStatus: 'STOPPED', stopCode: 'UserInitiated', starts: 0 }]);
  });

  test.concurrent('waits in QUEUED with AWS’s reason, and goes on once a host has come', async () => {
    const runId = await bed.start('exit 4', { memory: 512 }, { cluster: 'full' });
    expect((await bed.stack.notes(runId, /^Waiting for capacity: RESOURCE:MEMORY$/)).status).toBe('QUEUED');
    await bed.addHost('full', 4096);
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 4, attempt_count: 1 });
    expect(bed.tasks(runId)).toHaveLength(1);
  });

  test.concurrent('in a cluster without hosts goes on with the first one', async () => {
    const runId = await bed.start('exit 5', {}, { cluster: 'empty' });
    expect((await bed.stack.notes(runId, /^Waiting for capacity: no container instances$/)).status).toBe('QUEUED');
    await bed.addHost('empty', 1024);
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 5, attempt_count: 1 });
  });

  test.concurrent('waits at AWS for the host that a capacity provider brings', async () => {
    const runId = await bed.start('exit 6', {}, { cluster: 'scaled' });
    const note = /^Waiting for capacity: the task is PROVISIONING$/;
    expect((await bed.stack.notes(runId, note)).status).toBe('PENDING');
    await bed.addHost('scaled', 1024);
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 6, attempt_count: 1 });
  });
});

describe('a task that is lost', () => {
  test.concurrent('to Spot goes on in a second attempt where its owner wants it', async () => {
    const runId = await bed.script('exit:5;run:4s', { retry_on_interruption: true });
    bed.aws.control.spot((await bed.runningTask(runId)).taskArn);
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({
      ...{ outcome: 'USER', exit_code: 5, attempt_count: 2 },
    });
    expect(bed.tasks(runId).map(({ stopCode }) => stopCode)).toEqual(['SpotInterruption', 'EssentialContainerExited']);
  });

  test.concurrent('with its host names it, and goes on elsewhere where its owner wants it', async () => {
    const host = await bed.addHost('lost', 1024);
    const once = await bed.start('sleep 60', {}, { cluster: 'lost' });
    await bed.runningTask(once);
    const again = await bed.script('exit:6;run:8s', { cluster: 'lost', retry_on_interruption: true });
    await bed.runningTask(again);
    await bed.addHost('lost', 1024);
    bed.aws.control.killHost(host);
    const lost = await bed.stack.reaches(once, ['STOPPED']);
    expect([lost.outcome, lost.exit_code, lost.exit_reason, lost.attempt_count]).toEqual([
      ...['INFRA_LOST', undefined, `Host ${host} lost`, 1],
    ]);
    expect(await bed.stack.reaches(again, ['STOPPED'])).toMatchObject({ exit_code: 6, attempt_count: 2 });
  });

  test.concurrent('to an operator says what he said', async () => {
    const runId = await bed.script('hang');
    await bed.runningTask(runId);
    await bed.stopAtAws(runId, 'maintenance by Ops');
    const run = await bed.stack.reaches(runId, ['STOPPED']);
    expect([run.outcome, run.exit_code, run.exit_reason, run.attempt_count]).toEqual([
      ...['INFRA_LOST', undefined, 'Stopped outside Flotilla: maintenance by Ops', 1],
    ]);
    expect(await bed.seenExitCode(runId)).toBe(143);
  });
});

test.concurrent('a host whose agent is cut off keeps its runs until it is back, and gets no others', async () => {
  const host = await bed.addHost('cutoff', 1024);
  const runId = await bed.start('echo ready; sleep 5; echo over; exit 7', {}, { cluster: 'cutoff' });
  await bed.stack.reaches(runId, ['RUNNING']);
  bed.aws.control.agent(host, false);
  await bed.says(runId, 'over');
  const waiting = await bed.start('exit 8', {}, { cluster: 'cutoff' });
  await bed.stack.notes(waiting, /^Waiting for capacity: ECS agent unavailable on cluster cutoff$/);
  expect((await bed.shown(runId)).connectivity).toBe('DISCONNECTED');
  expect((await bed.stack.run(runId)).status).toBe('RUNNING');
  bed.aws.control.agent(host, true);
  for (const [of, code] of [
    [runId, 7],
    [waiting, 8],
  ] as const) {
    expect(await bed.stack.reaches(of, ['STOPPED'])).toMatchObject({ exit_code: code, attempt_count: 1 });
    expect(bed.tasks(of)).toHaveLength(1);
  }
});

test.concurrent('a run goes from QUEUED to STOPPED and tells its log and its times', async () => {
  const runId = await bed.start('echo hello $FLOTILLA_RUN_OWNER_ID; sleep 2');
  const run = await bed.stack.reaches(runId, ['STOPPED']);
  expect(run).toMatchObject({ cluster: 'main', engine: 'ecs', exit_code: 0 });
  expect(run.transitions.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
  const { startedAt, stoppedAt } = await bed.shown(runId);
  const msOf = (text: string | undefined): number => Date.parse(text ?? '');
  expect(Math.abs(msOf(run.started_at) - (startedAt?.getTime() ?? 0))).toBeLessThanOrEqual(1000);
  expect(Math.abs(msOf(run.finished_at) - (stoppedAt?.getTime() ?? 0))).toBeLessThanOrEqual(1000);
  const whole = await until('its log is there', async () => {
    const text = await bed.stack.wholeLog(runId);
    return text.includes('hello') ? text : null;
  });
  expect(whole.split('\n')).toContain('hello tester');
});

test.concurrent('what a stopped run’s deadline has ended is told to AWS as ours', async () => {
  const runId = await bed.script('hang', { active_deadline_seconds: 1 });
  expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ outcome: 'TIMEOUT', exit_code: 124 });
  expect(await bed.shown(runId)).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'Stopped by Flotilla' });
  expect(await bed.seenExitCode(runId)).toBe(143);
});

test.concurrent.each(Object.entries(cases))(
  '%s',
  async (_, { command, script = '', definition, launch, ...expected }) => {
    const runId = await (command === undefined ? bed.script(script, launch) : bed.start(command, definition, launch));
    const run = await bed.stack.reaches(runId, ['STOPPED']);
    expect(run.exit_reason).toMatch(expected.reason);
    const attempts = expected.attempts ?? 1;
    expect([run.outcome, run.exit_code, run.attempt_count]).toEqual([expected.outcome, expected.code, attempts]);
    expect(run.note).toBeUndefined();
    expect(bed.alive(runId)).toEqual([]);
    expect(bed.tasks(runId)).toHaveLength(expected.tasks ?? attempts);
  },
);
