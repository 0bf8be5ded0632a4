/** Containers whose end is written in their variable SCENARIO: `exit:3;run:2s;logs:100`. No process runs. */
import { randomBytes } from 'node:crypto';
import type { Exit, Runner } from './runner';

/**
 * - Its end: `exit:CODE`, `oom`, `hang`, `run:TIME` before it (50 ms), `ignore-term`; `log:TEXT` and `logs:LINES` of output.
 *   One of these makes it scripted; with none, the container is a real one.
 * - Before it: `stuck:STATUS`, `pull:TIME`, and failures, each with an error text or without: `secrets-error`, `pull-error`,
 *   `create-error`, `start-error`.
 * - `spot:TIME`: interrupted so long after it runs.
 */
export type Scenario = Partial<Record<string, string>>;

const usualRun = '50ms';
const unitMs: Partial<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const scripting = ['exit', 'run', 'oom', 'hang', 'ignore-term'];

export function scenarioOf(text = ''): Scenario {
  const directives = text.split(';').filter((directive) => directive.trim() !== '');
  return Object.fromEntries(
    directives.map((directive) => {
      const [name = '', ...rest] = directive.trim().split(':');
      return [name, rest.join(':')];
    }),
  );
}

export function timeMs(text: string): number {
  const [, amount, unit = 'ms'] = /^([\d.]+)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`SCENARIO has no such time: ${text}`);
  return Number(amount) * (unitMs[unit] ?? 1);
}

export function isScripted(scenario: Scenario): boolean {
  return scripting.some((name) => name in scenario);
}

export function scriptRunner(scenario: Scenario): Runner {
  return {
    pull: () => Promise.resolve(),
    sweep: () => Promise.resolve(),
    start(_container, tell) {
      const { promise, resolve } = withResolvers<Exit>();
      if (scenario['log'] !== undefined) tell(scenario['log']);
      for (let at = 0; at < Number(scenario['logs'] ?? 0); at++) tell(`line ${at}`);
      const end: Exit =
        'oom' in scenario ? { code: 137, isOom: true } : { code: Number(scenario['exit'] ?? 0), isOom: false };
      if (!('hang' in scenario)) setTimeout(resolve, timeMs(scenario['run'] ?? usualRun), end).unref();
      return Promise.resolve({
        runtimeId: randomBytes(32).toString('hex'),
        exit: promise,
        signal(name) {
          if (name === 'SIGKILL') resolve({ code: 137, isOom: false });
          else if (!('ignore-term' in scenario)) resolve({ code: 143, isOom: false });
        },
      });
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
