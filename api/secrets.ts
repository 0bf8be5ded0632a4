/** Values of variables that look like secrets are shown only to those who may see them. */
import type { Middleware } from 'koa';
import type { EnvVar } from '../domain/job';
import { masked } from '../domain/secret';
import { callerOf } from './caller';

/** Under these keys answers hold runs, definitions and templates. */
const listKeys = ['definitions', 'history', 'templates', 'template'];

type Shown = Record<string, unknown>;

/** `seers`: the emails of those who see all; a run's owner sees its values, too. In one place, so that no route forgets it. */
export function maskSecrets(seers: readonly string[]): Middleware {
  return async (ctx, next) => {
    await next();
    if (!isShown(ctx.body)) return;
    const caller = callerOf(ctx, '-email');
    if (caller !== null && seers.includes(caller)) return;
    const show = (one: unknown): unknown => (isShown(one) ? hide(one, caller) : one);
    const body: Shown = hide(ctx.body, caller);
    for (const key of listKeys) {
      const held = body[key];
      if (Array.isArray(held)) body[key] = held.map(show);
      else if (isShown(held)) body[key] = show(held);
    }
    ctx.body = body;
  };
}

function hide(one: Shown, caller: string | null): Shown {
  const { env, user } = one;
  const isOwn = caller !== null && user === caller && 'run_id' in one;
  return isOwn || !isEnv(env) ? { ...one } : { ...one, env: masked(env) };
}

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isEnv(value: unknown): value is EnvVar[] {
  return Array.isArray(value) && value.every((one) => isShown(one) && typeof one['name'] === 'string');
}
