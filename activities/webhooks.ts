/** Tells webhooks what happens to runs: in order, at least once, signed, for as long as it takes. */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventsAfter, idOf, type RunEvent } from '../db/run_event';
import { delivered, dueWebhooks, hasWebhooks, keepUp, notDelivered, passRemoved, type Delivering } from '../db/webhook';
import { backoffSeconds } from '../domain/retry';
import type { Deps } from '.';
import { withHeartbeat } from './attempt';
import type { Post } from './post';

/** One activity does not go on for ever: below the workflow's start-to-close timeout. */
const holdMs = 3600_000;
const lookEveryMs = 500;
const keepUpEveryMs = 10_000;
const eventsPerRequest = 100;
/** So many are told side by side: a slow one keeps nobody else waiting. */
const toldAtOnce = 50;
const waits = { firstSeconds: 1, maxSeconds: 300 };
/** Below the time that events are kept: whoever enables a webhook within a day has lost none. */
const givenUpHours = 48;
/** Powers of two stay numbers. */
const maxTries = 30;
const maxErrorLength = 500;

export const createWebhooks = ({ db, post, log }: Deps) => ({
  /**
   * Delivers until it is cancelled, has done so for an hour, or nobody is to be told any more: then the answer is false. What was
   * delivered is kept for each webhook; killed in between, it is told again under the same numbers.
   */
  deliver(): Promise<boolean> {
    return withHeartbeat(async (cancelled) => {
      const signal = AbortSignal.any([cancelled, AbortSignal.timeout(holdMs)]);
      const busy = new Map<string, Promise<void>>();
      let keptUpAt = -Infinity;
      while (!signal.aborted) {
        if (performance.now() - keptUpAt >= keepUpEveryMs) {
          await keepUp(db);
          keptUpAt = performance.now();
        }
        for (const webhook of await dueWebhooks(db, [...busy.keys()], toldAtOnce - busy.size)) {
          const { webhookId } = webhook;
          const work = tell({ db, post }, webhook, signal)
            .catch((error: unknown) => {
              log.warn({ error, webhookId }, 'webhook not told; it is tried again');
            })
            .finally(() => busy.delete(webhookId));
          busy.set(webhookId, work);
        }
        if (busy.size === 0 && !(await hasWebhooks(db))) return false;
        await sleep(lookEveryMs, null, { signal, ref: false }).catch(() => undefined);
      }
      await Promise.allSettled(busy.values());
      return true;
    });
  },
});

/** All that there is for a webhook, request by request, until there is no more or one fails. */
async function tell({ db, post }: Pick<Deps, 'db' | 'post'>, due: Delivering, signal: AbortSignal): Promise<void> {
  const { definitionId, kinds } = due;
  let webhook = due;
  const isEnding = (): boolean => signal.aborted;
  for (;;) {
    webhook = await passRemoved(db, webhook);
    const { events, upTo } = await eventsAfter(db, webhook.place, { definitionId, kinds }, eventsPerRequest);
    if (events.length === 0 || isEnding()) return;
    const refusal = await request(post, webhook, events, signal);
    if (refusal !== null) {
      if (isEnding()) return;
      const seconds = backoffSeconds(waits, Math.min(maxTries, webhook.tries + 1), Math.random());
      await notDelivered(db, webhook, refusal.slice(0, maxErrorLength), seconds, givenUpHours);
      return;
    }
    await delivered(db, webhook, upTo, events.length);
    webhook = { ...webhook, tries: 0, place: upTo, sequence: webhook.sequence + events.length };
  }
}

/** Null where it was taken, else why not. Headers and signature are those of standardwebhooks.com. */
function request(post: Post, of: Delivering, events: RunEvent[], signal: AbortSignal): Promise<string | null> {
  const { webhookId, url, secret, sequence } = of;
  const body = JSON.stringify({
    webhook_id: webhookId,
    events: events.map(({ at, kind, data }, n) => ({ sequence: sequence + n + 1, id: idOf(at), type: kind, data })),
  });
  const id = `${webhookId}-${sequence + 1}-${sequence + events.length}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
  };
  return post(url, headers, body, signal);
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(text).digest('base64');
}
