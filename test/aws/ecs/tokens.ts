/** Client tokens: a request that is repeated gets its first answer, failures too. */
import { createHash } from 'node:crypto';
import type { Ecs, Token } from './state';
import { AwsError } from './errors';
import { snapshot } from './tasks';
import { without, type RunTask } from './wire';

/** The parameters, whatever the order they came in. */
export function hashOf(input: RunTask): string {
  const parameters = sorted(without(input, 'clientToken'));
  return createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
}

/** The answer that the token's first request got; null where it is new or forgotten. */
export function replay(ecs: Ecs, key: string, hash: string) {
  const token = ecs.tokens.get(key);
  if (token === undefined || !holds(ecs, token)) return null;
  if (token.hash !== hash) {
    const message = 'The provided clientToken is already in use with a different RunTask request.';
    throw new AwsError('ConflictException', message, { resourceIds: token.arns });
  }
  const tasks = token.arns.flatMap((taskArn) => ecs.tasks.get(taskArn)?.wire ?? []);
  return {
    failures: token.failures,
    tasks: tasks.map((wire) => {
      if (wire.lastStatus !== 'STOPPED') return snapshot(wire);
      const { taskArn, lastStatus, desiredStatus } = wire;
      return { taskArn, lastStatus, desiredStatus };
    }),
  };
}

/** For 24 hours, or the life of its last task and an hour, whichever is shorter. */
function holds(ecs: Ecs, token: Token): boolean {
  const ends = token.arns.map((taskArn) => {
    const task = ecs.tasks.get(taskArn);
    if (task === undefined) return 0;
    return task.wire.stoppedAt === undefined ? Infinity : task.wire.stoppedAt * 1000 + ecs.config.stoppedKeptMs;
  });
  const forgottenAt = ends.length === 0 ? Infinity : Math.max(...ends);
  return Date.now() < Math.min(token.at + ecs.config.tokenKeptMs, forgottenAt);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}
