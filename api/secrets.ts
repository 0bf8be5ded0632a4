/** Values of variables that look like secrets are shown only to those who may see them. */
import type { Context, Middleware } from 'koa';
import type { EnvVar } from '../domain/job';
import { mask, masked } from '../domain/secret';
import { headerOf } from './caller';

/** Under these keys answers hold runs, definitions and templates, or what holds those. */
const holders = ['definitions', 'history', 'templates', 'template', 'revisions', 'definition', 'changes', 'webhooks'];

type Shown = Record<string, unknown>;

/** In one place, so that no route forgets it; streams, which answer bit by bit, ask `shownTo`. */
export function maskSecrets(seers: readonly string[]): Middleware {
  return async (ctx, next) => {
    await next();
    // Any assignment of nothing would make it an answer without content.
    if (isShown(ctx.body)) ctx.body = shownTo(ctx, seers, ctx.body);
  };
}

/** What who asks may see of an answer. `seers`: the emails of those who see all; a run's owner sees its values, too. */
export function shownTo(ctx: Context, seers: readonly string[], body: unknown): unknown {
  const caller = headerOf(ctx, '-email');
  return caller !== null && seers.includes(caller) ? body : hide(body, caller);
}

function hide(shown: unknown, caller: string | null): unknown {
  if (Array.isArray(shown)) return shown.map((one) => hide(one, caller));
  if (!isShown(shown)) return shown;
  const { env, user, field, before, after, url } = shown;
  if (caller !== null && user === caller && 'run_id' in shown) return shown;
  const hidden = { ...shown };
  if (isEnv(env)) hidden['env'] = masked(env);
  // What an update has changed of an environment.
  if (field === 'env' && isEnv(before)) hidden['before'] = masked(before);
  if (field === 'env' && isEnv(after)) hidden['after'] = masked(after);
  if ('webhook_id' in shown && typeof url === 'string') hidden['url'] = `${new URL(url).origin}/${mask}`;
  for (const key of holders) if (key in hidden) hidden[key] = hide(hidden[key], caller);
  return hidden;
}

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isEnv(value: unknown): value is EnvVar[] {
  return Array.isArray(value) && value.every((one) => isShown(one) && typeof one['name'] === 'string');
}
