/** Routes of webhooks: who is told of what happens to runs. */
import { randomBytes, randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import { definitionById } from '../db/definition';
import type { Db } from '../db/pool';
import { eventKinds, type EventKind } from '../db/run_event';
import { templateById } from '../db/template';
import { deleteWebhook, enableWebhook, insertWebhook, listWebhooks, webhookById, type Webhook } from '../db/webhook';
import { foldKeys, readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { checker } from './validate';
import { present } from './wire/definition';

const secretBytes = 32;
const maxUrlLength = 2048;
/** Each is looked after for every event. */
const maxWebhooks = 1000;

const check = checker<{ url: string; definition_id?: string; events?: EventKind[]; secret?: string }>({
  type: 'object',
  properties: {
    url: {
      type: 'string',
      maxLength: maxUrlLength,
      pattern: '^https?://[^\\s/?#@]+([/?#]\\S*)?$',
      description: 'url must be an address such as https://example.com/flotilla, without a user in it',
    },
    definition_id: { type: 'string', minLength: 1 },
    events: { type: 'array', items: { enum: eventKinds }, minItems: 1, uniqueItems: true },
    secret: {
      type: 'string',
      pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
      description: 'secret must be whsec_ and 24 to 64 bytes in base64; without it one is made',
    },
  },
  required: ['url'],
});

export function webhookRoutes(router: Router, { db, runs, settings, log }: ApiDeps): void {
  router.get('/webhook', async (ctx) => {
    const webhooks = await listWebhooks(db);
    ctx.body = { total: webhooks.length, webhooks: webhooks.map(toWire) };
  });

  router.post('/webhook', async (ctx) => {
    const wire = check(foldKeys(await readBody(ctx, settings.maxBodyBytes)));
    if (!URL.canParse(wire.url)) throw new RequestError(400, `url is not an address: ${wire.url}`, 'url');
    await requireDefinition(db, wire.definition_id);
    if ((await listWebhooks(db)).length >= maxWebhooks) {
      throw new RequestError(409, `There are ${maxWebhooks} webhooks: remove one first`);
    }
    const secret = wire.secret ?? `whsec_${randomBytes(secretBytes).toString('base64')}`;
    const webhook = await insertWebhook(db, {
      webhookId: randomUUID(),
      definitionId: wire.definition_id ?? null,
      url: wire.url,
      kinds: wire.events ?? ['status'],
      secret,
    });
    beginDelivery();
    // Shown this once only.
    ctx.body = { ...toWire(webhook), secret };
  });

  router.get('/webhook/:webhook_id', async (ctx) => {
    const webhookId = ctx.params['webhook_id'] ?? '';
    ctx.body = toWire((await webhookById(db, webhookId)) ?? missing(webhookId));
  });

  router.put('/webhook/:webhook_id/enable', async (ctx) => {
    const webhookId = ctx.params['webhook_id'] ?? '';
    ctx.body = toWire((await enableWebhook(db, webhookId)) ?? missing(webhookId));
    beginDelivery();
  });

  router.delete('/webhook/:webhook_id', async (ctx) => {
    const webhookId = ctx.params['webhook_id'] ?? '';
    if (!(await deleteWebhook(db, webhookId))) missing(webhookId);
    ctx.body = { deleted: true };
  });

  function beginDelivery(): void {
    runs.ensureDelivery().catch((error: unknown) => {
      log.warn({ error }, 'delivery of webhooks not started yet; the reconciler will');
    });
  }
}

/** Throws RequestError 400: of what is misspelt nothing would ever be told. */
async function requireDefinition(db: Db, definitionId: string | undefined): Promise<void> {
  if (definitionId === undefined) return;
  const found = (await definitionById(db, definitionId)) ?? (await templateById(db, definitionId));
  if (found === null) throw new RequestError(400, `There is no definition or template ${definitionId}`);
}

function missing(webhookId: string): never {
  throw new RequestError(404, `Webhook with id ${webhookId} not found`);
}

function toWire(of: Webhook): Record<string, unknown> {
  return {
    webhook_id: of.webhookId,
    ...present('definition_id', of.definitionId),
    url: of.url,
    events: of.kinds,
    created_at: of.createdAt,
    sequence: of.sequence,
    ...present('failing_since', of.failingSince),
    ...(of.tries === 0 ? {} : { tries: of.tries, next_try_at: of.nextAt }),
    ...present('last_error', of.lastError),
    ...present('lost_at', of.lostAt),
    ...present('disabled_at', of.disabledAt),
  };
}
