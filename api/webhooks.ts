/** Routes of webhooks: who is told of what happens to runs. */
import { randomBytes, randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import { definitionById } from '../db/definition';
import type { Db } from '../db/pool';
import { templateById } from '../db/template';
import { countWebhooks, deleteWebhook, enableWebhook, insertWebhook, listWebhooks, webhookById } from '../db/webhook';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { webhookFromWire, webhookToWire } from './wire/webhook';

const secretBytes = 32;
/** Each is looked after for every event. */
const maxWebhooks = 1000;

export function webhookRoutes(router: Router, { db, runs, settings, log }: ApiDeps): void {
  router.get('/webhook', async (ctx) => {
    const webhooks = await listWebhooks(db);
    ctx.body = { total: webhooks.length, webhooks: webhooks.map(webhookToWire) };
  });

  router.post('/webhook', async (ctx) => {
    const wire = webhookFromWire(await readBody(ctx, settings.maxBodyBytes));
    await requireDefinition(db, wire.definition_id);
    if ((await countWebhooks(db)) >= maxWebhooks) {
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
    ctx.body = { ...webhookToWire(webhook), secret };
  });

  router.get('/webhook/:webhook_id', async (ctx) => {
    const webhookId = ctx.params['webhook_id'] ?? '';
    ctx.body = webhookToWire((await webhookById(db, webhookId)) ?? missing(webhookId));
  });

  router.put('/webhook/:webhook_id/enable', async (ctx) => {
    const webhookId = ctx.params['webhook_id'] ?? '';
    ctx.body = webhookToWire((await enableWebhook(db, webhookId)) ?? missing(webhookId));
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
  if (found === null)
    throw new RequestError(400, `There is no definition or template ${definitionId}`, 'definition_id');
}

function missing(webhookId: string): never {
  throw new RequestError(404, `Webhook with id ${webhookId} not found`);
}
