/** An ECS of a few lines and stores in memory, for tests of the protocol around them. */
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Doubt, TaskDefinitionStore, TaskRef, TaskStore } from '../../engines/ecs/stores';
import { attemptName, type AttemptKey } from '../../domain/id';
import { family } from './ecs-objects';

type Answer = object | Error;
type Call = { name: string; input: Record<string, unknown> };

/** Answers each command by its name. */
export function fakeClient(answers: Record<string, (input: Record<string, unknown>, n: number) => Answer>) {
  const calls: Call[] = [];
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }): Promise<object> => {
    const name = command.constructor.name.replace(/Command$/, '');
    // A copy: the paginators change theirs.
    calls.push({ name, input: { ...command.input } });
    const answer = answers[name]?.(command.input, calls.filter((call) => call.name === name).length);
    if (answer === undefined) return Promise.reject(new Error(`nobody expects ${name}`));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return {
    // The SDK's paginators take nothing else.
    client: Object.assign(Object.create(ECSClient.prototype) as ECSClient, { send }),
    calls,
    named: (name: string) => calls.filter((call) => call.name === name).map(({ input }) => input),
  };
}

export const awsFault = (name: string, message: string, status = 400, more: object = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } }, more);
export const lostAnswer = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** `lastAskedAt` null: the same as `askedAt`. */
export type Row = {
  placementTry: number;
  askedAt: Date | null;
  lastAskedAt: Date | null;
  taskArn: string | null;
  placedAt: Date | null;
  closed: boolean;
};
export const neverAsked: Row = {
  ...{ placementTry: 1, askedAt: null, lastAskedAt: null, taskArn: null, placedAt: null, closed: false },
};

export function memoryTasks(rows: Map<string, Row>, cancelledBy: string | null = null): TaskStore {
  const doubtOf = ({ askedAt, lastAskedAt }: Row): Doubt | null =>
    askedAt === null ? null : { since: askedAt, last: lastAskedAt ?? askedAt };
  const refOf = (key: AttemptKey): TaskRef | null => {
    const row = rows.get(attemptName(key));
    if (row === undefined) return null;
    const { taskArn, placedAt, placementTry } = row;
    return { ...key, taskArn, placedAt, placementTry, doubt: doubtOf(row), definitionId: family, cancelledBy };
  };
  const change = (key: AttemptKey, to: (row: Row) => Partial<Row>): Promise<void> => {
    const row = rows.get(attemptName(key));
    if (row !== undefined) rows.set(attemptName(key), { ...row, ...to(row) });
    return Promise.resolve();
  };
  return {
    refs: (keys) => Promise.resolve(keys.map(refOf)),
    async ask(key) {
      const row = rows.get(attemptName(key));
      if (row === undefined || row.closed) return null;
      const at = new Date();
      await change(key, ({ askedAt }) => ({ askedAt: askedAt ?? at, lastAskedAt: at }));
      return { placementTry: row.placementTry, at, earlier: doubtOf(row) };
    },
    notMade: (key, at, earlier) =>
      change(key, (row) =>
        doubtOf(row)?.last.getTime() === at.getTime()
          ? { askedAt: earlier?.since ?? null, lastAskedAt: earlier?.last ?? null }
          : {},
      ),
    refused: (key, placementTry) =>
      change(key, (row) =>
        row.placementTry === placementTry ? { placementTry: placementTry + 1, askedAt: null, lastAskedAt: null } : {},
      ),
    async placed(key, taskArn) {
      await change(key, (row) => ({ taskArn: row.taskArn ?? taskArn, placedAt: row.placedAt ?? new Date() }));
      return rows.get(attemptName(key))?.taskArn ?? null;
    },
    isWanted: (key) => Promise.resolve(rows.get(attemptName(key))?.closed !== true),
    open: (_, afterRunId) =>
      Promise.resolve(
        [...rows]
          .map(([name, { taskArn }]) => ({ runId: name, taskArn: taskArn ?? '' }))
          .filter(({ runId, taskArn }) => runId > afterRunId && taskArn !== ''),
      ),
  };
}

/** `lapsed` ends all claims. */
export function memoryDefinitions(): TaskDefinitionStore & { lapsed: () => void } {
  const rows = new Map<string, { arn: string | null; claimed: boolean }>();
  return {
    get: (hash) => Promise.resolve(rows.get(hash)?.arn ?? null),
    claim(hash) {
      const row = rows.get(hash);
      if (row !== undefined && (row.arn !== null || row.claimed)) return Promise.resolve(null);
      rows.set(hash, { arn: null, claimed: true });
      return Promise.resolve({ again: row !== undefined });
    },
    put(hash, arn) {
      rows.set(hash, { arn, claimed: true });
      return Promise.resolve();
    },
    release(hash) {
      if (rows.get(hash)?.arn === null) rows.set(hash, { arn: null, claimed: false });
      return Promise.resolve();
    },
    forget(hash, arn) {
      if (rows.get(hash)?.arn === arn) rows.set(hash, { arn: null, claimed: false });
      return Promise.resolve();
    },
    lapsed() {
      for (const [hash, { arn }] of rows) rows.set(hash, { arn, claimed: arn !== null });
    },
  };
}
