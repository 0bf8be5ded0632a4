/** Tells webhooks what happens to runs: in order, at least once, signed, for as long as it takes. */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/pool';
import { eventsAfter, keptHours, type Cursor, type RunEvent } from '../db/run_event';
import { delivered, dueWebhooks, hasWebhooks, notDelivered, type Delivering } from '../db/webhook';
import { backoffSeconds } from '../domain/retry';
import type { Deps } from '.';
import { messageOf, withHeartbeat } from './attempt';

/** One activity does not go on for ever: below the workflow's start-to-close timeout. */
const holdMs = 3600_000;
const lookEveryMs = 500;
const answerWithinMs = 10_000;
/** What one request tells at most, and how many events are looked through for it. */
const eventsPerRequest = 100;
const eventsPerLook = 1000;
/** So many are told side by side: a slow one keeps nobody else waiting. */
const toldAtOnce = 50;
const waits = { firstSeconds: 1, maxSeconds: 300 };
/** Powers of two stay numbers. */
const maxTries = 30;
const maxErrorLength = 500;

export const createWebhooks = ({ db, log }: Deps) => ({
  /**
   * Delivers until it is cancelled, has done so for an hour, or nobody is to be told any more: then the answer is false. What was
   * delivered is kept for each webhook; killed in between, it is told again under the same numbers.
   */
  deliver(): Promise<boolean> {
    return withHeartbeat(async (cancelled) => {
      const signal = AbortSignal.any([cancelled, AbortSignal.timeout(holdMs)]);
      const busy = new Map<string, Promise<void>>();
      while (!signal.aborted) {
        for (const webhook of await dueWebhooks(db, [...busy.keys()], toldAtOnce - busy.size)) {
          const { webhookId } = webhook;
          const work = tell(db, webhook, signal)
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
async function tell(db: Db, webhook: Delivering, signal: AbortSignal): Promise<void> {
  let { place, sequence } = webhook;
  const isEnding = (): boolean => signal.aborted;
  for (;;) {
    const { events, upTo } = await eventsAfter(db, place, null, eventsPerLook);
    if (events.length === 0 || isEnding()) return;
    const wanted = events.filter((event) => isWanted(webhook, event)).slice(0, eventsPerRequest);
    const last = wanted.length === eventsPerRequest ? (wanted.at(-1)?.at ?? upTo) : upTo;
    const now = { ...webhook, place, sequence };
    if (wanted.length > 0) {
      const refusal = await post(now, wanted, signal);
      if (refusal !== null) {
        if (isEnding()) return;
        const seconds = backoffSeconds(waits, Math.min(maxTries, webhook.tries + 1), Math.random());
        await notDelivered(db, now, refusal.slice(0, maxErrorLength), seconds, keptHours);
        return;
      }
    }
    await delivered(db, now, last, wanted.length);
    webhook = { ...webhook, tries: 0 };
    [place, sequence] = [last, sequence + wanted.length];
  }
}

function isWanted({ kinds, definitionId }: Delivering, { kind, data }: RunEvent): boolean {
  return kinds.includes(kind) && (definitionId === null || data['definition_id'] === definitionId);
}

/** Null where it was taken, else why not. Headers and signature are those of standardwebhooks.com. */
async function post(webhook: Delivering, events: RunEvent[], signal: AbortSignal): Promise<string | null> {
  const { webhookId, url, secret, sequence } = webhook;
  const body = JSON.stringify({
    webhook_id: webhookId,
    events: events.map(({ at, kind, data }, n) => ({ sequence: sequence + n + 1, id: idOf(at), type: kind, data })),
  });
  const id = `${webhookId}-${sequence + 1}-${sequence + events.length}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    await answer.body?.cancel();
    return answer.ok ? null : `answered ${answer.status}`;
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    return messageOf(cause ?? error);
  }
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(text).digest('base64');
}

const idOf = ({ xid, id }: Cursor): string => `${xid}-${id}`;
