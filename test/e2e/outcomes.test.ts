/** What a run's end is called, for real: exit codes, memory, images, commands, deadline. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shellCases, type Case } from '../outcome-case';
import { hasDocker, startStack, until, type Stack } from '../stack';
import { fetchJudged } from '../judge';

/** A folder to have as PATH: a shell and nothing else. */
const bin = mkdtempSync(join(tmpdir(), 'flotilla-bin-'));
symlinkSync('/bin/sh', join(bin, 'sh'));
afterAll(() => {
  rmSync(bin, { recursive: true });
});

const odd = `it's "$HOME" \`id\` $(id) \\n\n  é ''' end`;

const everywhere: Record<string, Case> = {
  ...shellCases,
  'a command that exits with 0 succeeds': {
    command: 'true',
    outcome: 'SUCCESS',
    code: 0,
    reason: /^Command exited with code 0$/,
  },
  'a run over its deadline is stopped with 124': {
    command: 'sleep 60',
    launch: { active_deadline_seconds: 1 },
    outcome: 'TIMEOUT',
    code: 124,
    reason: /^JobRun exceeded specified timeout of 1 seconds$/,
  },
  'a command gets the values of its environment as they are': {
    command: `cat > expected <<'END'\n${odd}\nEND\n[ "$ODD" = "$(cat expected)" ]`,
    definition: { env: [{ name: 'ODD', value: odd }] },
    outcome: 'SUCCESS',
    code: 0,
    reason: /^Command exited with code 0$/,
  },
};

/** What the environment is for the command must not be for its supervisor: then no exit code would be told. */
const onProcesses: Record<string, Case> = {
  'a PATH that leads nowhere shows 127, for no shell is found': {
    command: 'exit 3',
    definition: { env: [{ name: 'PATH', value: '/nonexistent' }] },
    outcome: 'USER',
    code: 127,
    reason: /^Command exited with code 127$/,
  },
  'a command with a PATH of a shell and nothing else shows its own code': {
    command: 'exit 3',
    definition: { env: [{ name: 'PATH', value: bin }] },
    outcome: 'USER',
    code: 3,
    reason: /^Command exited with code 3$/,
  },
  'a command with variables that no shell can name or that split words shows its own code': {
    command: 'exit 3',
    definition: {
      env: [
        { name: 'A-B', value: 'x' },
        { name: 'IFS', value: '/0123456789' },
      ],
    },
    outcome: 'USER',
    code: 3,
    reason: /^Command exited with code 3$/,
  },
};

const onDocker: Record<string, Case> = {
  'a command that takes more than its memory is OOMKilled': {
    command: 'x=$(head -c 200000000 /dev/zero | tr "\\0" a); echo ${#x}',
    definition: { memory: 32 },
    outcome: 'OOM',
    code: 137,
    reason: /^OOMKilled: limit 32 MB$/,
  },
  'an image that does not exist is called so after a second try': {
    command: 'true',
    definition: { image: 'flotilla.test/missing:1' },
    outcome: 'CONFIG|INFRA_START',
    code: undefined,
    reason: /^Image flotilla\.test\/missing:1 (not found or not pullable|could not be pulled): /,
  },
  'an image name that cannot be is called so at once': {
    command: 'true',
    definition: { image: 'NOT A NAME' },
    outcome: 'CONFIG',
    code: undefined,
    reason: /^Invalid image name NOT A NAME$/,
  },
};

const retry = { RUN_RETRY_INFRA_START_FIRST_SECONDS: '1', RUN_RETRY_INFRA_START_MAX_SECONDS: '1' };

function suite(driver: 'docker' | 'process', cases: Record<string, Case>): void {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(driver, retry);
    stack.startWorker();
    await stack.startApi();
  }, 120_000);
  afterAll(() => stack.close(), 60_000);

  test.concurrent.each(Object.entries(cases))(
    '%s',
    async (_, { command, definition, launch, outcome, code, reason }) => {
      const runId = await stack.execute(await stack.define(command, definition), launch);
      const run = await stack.reaches(runId, ['STOPPED']);
      expect(run.exit_reason).toMatch(reason);
      expect(outcome.split('|')).toContain(run.outcome);
      expect(run.exit_code).toBe(code);
      expect(run.finished_at).toBeDefined();
    },
  );

  test('the way and the log of a run are shown, and the log pages by last_seen', async () => {
    const env = [{ name: 'USERNAME', value: 'yourusername' }];
    const runId = await stack.execute(await stack.define('echo "hello ${USERNAME}"'), { env });
    const run = await stack.reaches(runId, ['STOPPED']);
    expect(run.transitions.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
    const first = (await stack.call('GET', `/${runId}/logs`)).body as { log: string; last_seen: string };
    expect(first.log.split('\n')).toContain('hello yourusername');
    const again = await stack.call('GET', `/${runId}/logs?last_seen=${encodeURIComponent(first.last_seen)}`);
    expect(again.body).toMatchObject({ log: '', last_seen: first.last_seen });
    const raw = await fetchJudged(`${stack.apiUrl}/${runId}/logs?raw_text=true`);
    expect(raw.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await raw.text()).toBe(`${first.log}\n`);
  });

  test('a log is told with the numbers of its lines, their times and its attempts, and is a file with a name', async () => {
    type Page = { last_seen: string; log: string; attempt: number; first_line: number; next_line: number };
    const definitionId = await stack.define('{ set +x; } 2> /dev/null; echo one; echo; sleep 2; echo three');
    const runId = await stack.execute(definitionId);
    const ask = async (more: string): Promise<Page> => (await stack.call('GET', `/${runId}/logs?${more}`)).body as Page;
    const isOut = async (): Promise<Page | null> => ((await ask('')).log.includes('one\n') ? ask('') : null);
    const begun = await until('the first lines are there', isOut);
    const { finished_at: finishedAt = '' } = await stack.reaches(runId, ['STOPPED']);
    const rest = await ask(`last_seen=${encodeURIComponent(begun.last_seen)}`);
    expect([begun.attempt, begun.first_line, rest.attempt, rest.first_line]).toEqual([1, 1, 1, begun.next_line]);
    const whole = `${begun.log}\n${rest.log}`;
    expect(whole.split('\n').slice(-3)).toEqual(['one', '', 'three']);
    const lines = whole.split('\n').length;
    expect(rest.next_line).toBe(lines + 1);
    await sleep(Math.max(0, Date.parse(finishedAt) + 3100 - Date.now()));
    expect(await ask(`last_seen=${encodeURIComponent(rest.last_seen)}&attempt=1`)).toEqual({
      ...{ log: '', attempt: 1, first_line: lines + 1, next_line: lines + 1, total_lines: lines },
      last_seen: rest.last_seen,
    });
    expect(await ask('')).toMatchObject({ first_line: 1, next_line: lines + 1, total_lines: lines });
    const time = driver === 'docker' ? /^\d{4}-\d\d-\d\dT[\d:.]+Z / : /^- /;
    const raw = await fetchJudged(`${stack.apiUrl}/${runId}/logs?raw_text=true&timestamps=true&attempt=1`);
    expect(raw.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="test-\\w+-${runId}-1\\.log"$`),
    );
    const timed = (await raw.text()).trimEnd().split('\n');
    expect(timed.filter((line) => !time.test(line))).toEqual([]);
    expect(timed.map((line) => line.replace(time, '')).join('\n')).toBe(whole);
    for (const [query, status] of Object.entries({ 'attempt=0': 400, 'attempt=x': 400, 'attempt=2': 404 })) {
      expect([query, (await stack.call('GET', `/${runId}/logs?${query}`)).status]).toEqual([query, status]);
    }
    expect((await stack.call('GET', `/${runId}/logs?attempt=1&last_seen=2:0:`)).status).toBe(400);
  });

  if (driver === 'process') {
    test('the file with the environment can be read by nobody else, and goes with the command, killed or not', async () => {
      const fileOf = (runId: string): string => join(stack.folder, 'attempts', runId, 'env');
      const [ends, stays] = await Promise.all([
        stack.execute(await stack.define('while [ ! -e go ]; do sleep 0.05; done')),
        stack.execute(await stack.define("trap '' TERM; : > deaf; while :; do sleep 0.05; done")),
      ]);
      await until('it hears no TERM', () => stat(join(dirname(fileOf(stays)), 'work', 'deaf')));
      for (const runId of [ends, stays]) {
        await stack.reaches(runId, ['RUNNING']);
        expect(((await stat(fileOf(runId))).mode & 0o777).toString(8)).toBe('600');
      }
      await stack.cancel(stays, 'me');
      await mkdir(join(dirname(fileOf(ends)), 'work', 'go'));
      for (const runId of [ends, stays]) {
        await stack.reaches(runId, ['STOPPED']);
        await expect(stat(fileOf(runId))).rejects.toMatchObject({ code: 'ENOENT' });
      }
    });
  }
}

(hasDocker ? describe : describe.skip)('on docker', () => {
  suite('docker', { ...everywhere, ...onDocker });
});
describe('as processes', () => {
  suite('process', { ...everywhere, ...onProcesses });
});
