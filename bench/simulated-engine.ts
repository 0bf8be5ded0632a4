/** An engine in memory: what it is asked costs nothing, so that what is measured is ours. */
import { attemptName, type AttemptKey } from '../domain/id';
import { sawNoEnd, type Engine, type See, type Sight, type Sighting } from '../engines/engine';

/** `ends`: attempts exit with 0 at once, their end is all that is told. `stays`: they run for ever. */
export type Life = 'ends' | 'stays';
export type Calls = Record<'submit' | 'look' | 'stop' | 'observe' | 'logs', number>;

export const simulatedCluster = 'simulated';
const tellAfterMs = 1;

export function createSimulatedEngine(name: string, life: Life): { engine: Engine; calls: Calls } {
  const calls: Calls = { submit: 0, look: 0, stop: 0, observe: 0, logs: 0 };
  const attempts = new Map<string, Sighting>();
  const watchers = new Set<See>();

  function begin(key: AttemptKey): void {
    if (attempts.has(attemptName(key))) return;
    const now = Date.now();
    const end = { outcome: { kind: 'exited', code: 0 }, startedAt: now, finishedAt: now } as const;
    const sight: Sight = life === 'ends' ? { kind: 'ended', end } : { kind: 'running', startedAt: now };
    const sighting = { key: { runId: key.runId, attempt: key.attempt }, sight };
    attempts.set(attemptName(key), sighting);
    setTimeout(() => {
      for (const see of watchers) void see([sighting]);
    }, tellAfterMs);
  }

  const engine: Engine = {
    name,
    clusters: [simulatedCluster],
    warning: null,
    submit: (_cluster, key) => {
      calls.submit += 1;
      begin(key);
      return Promise.resolve({ kind: 'created' });
    },
    look: (_cluster, keys) => {
      calls.look += 1;
      return Promise.resolve(keys.map((key) => attempts.get(attemptName(key))?.sight ?? { kind: 'absent' }));
    },
    stop: (_cluster, key) => {
      calls.stop += 1;
      attempts.delete(attemptName(key));
      return Promise.resolve(sawNoEnd);
    },
    observe: (_cluster, see, signal) => {
      calls.observe += 1;
      void see([...attempts.values()]);
      watchers.add(see);
      return new Promise((resolve) => {
        const leave = (): void => {
          watchers.delete(see);
          resolve();
        };
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave, { once: true });
      });
    },
    maxAdaptedMemoryMb: null,
    manifest: () => null,
    logs: (_cluster, _key, cursor) => {
      calls.logs += 1;
      return Promise.resolve({ lines: [], cursor });
    },
  };
  return { engine, calls };
}
