/** Values of variables that look like secrets are shown only to those who may see them. */
import type { Context, Middleware } from 'koa';
import type { EnvVar } from '../domain/job';
import { mask, masked } from '../domain/secret';
import { provenCaller } from './caller';
import type { ApiDeps } from './deps';

/** Under these keys answers hold runs, definitions and templates, or what holds those. */
const holders = ['definitions', 'history', 'templates', 'template', 'revisions', 'definition', 'changes', 'webhooks'];

type Shown = Record<string, unknown>;
type Sight = Pick<ApiDeps['settings'], 'callerHeader' | 'secretsVisibleTo'>;

/** In one place, so that no route forgets it; streams, which answer bit by bit, ask `shownTo`. */
export function maskSecrets(sight: Sight): Middleware {
  return async (ctx, next) => {
    await next();
    // Any assignment of nothing would make it an answer without content.
    if (isShown(ctx.body)) ctx.body = shownTo(ctx, sight, ctx.body);
  };
}

/** What who asks may see of an answer. A run's owner is whom its request named, which proves nothing: owners see masks, too. */
export function shownTo(ctx: Context, { callerHeader, secretsVisibleTo }: Sight, body: unknown): unknown {
  const caller = provenCaller(ctx, callerHeader);
  return caller !== null && secretsVisibleTo.includes(caller) ? body : hide(body);
}

function hide(shown: unknown): unknown {
  if (Array.isArray(shown)) return shown.map(hide);
  if (!isShown(shown)) return shown;
  const { env, field, before, after, url } = shown;
  const hidden = { ...shown };
  if (isEnv(env)) hidden['env'] = masked(env);
  // What an update has changed of an environment.
  if (field === 'env' && isEnv(before)) hidden['before'] = masked(before);
  if (field === 'env' && isEnv(after)) hidden['after'] = masked(after);
  if ('webhook_id' in shown && typeof url === 'string') hidden['url'] = `${new URL(url).origin}/${mask}`;
  for (const key of holders) if (key in hidden) hidden[key] = hide(hidden[key]);
  return hidden;
}

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isEnv(value: unknown): value is EnvVar[] {
  return Array.isArray(value) && value.every((one) => isShown(one) && typeof one['name'] === 'string');
}
