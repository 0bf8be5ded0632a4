/** Webhooks on the wire: who is told of what happens to runs, and how that goes. */
import { eventKinds, type EventKind } from '../../db/run_event';
import type { Webhook } from '../../db/webhook';
import { foldKeys } from '../body';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { count, shape, text, time } from './answer';
import { present } from './definition';

const maxUrlLength = 2048;

export const webhookBody = {
  type: 'object',
  properties: {
    url: {
      type: 'string',
      maxLength: maxUrlLength,
      pattern: '^https?://[^\\s/?#@]+([/?#]\\S*)?$',
      description: 'url must be an address such as https://example.com/flotilla, without a user in it',
    },
    definition_id: { type: 'string', minLength: 1, description: 'Of a definition or a template; left out: of all' },
    events: {
      type: 'array',
      items: { enum: eventKinds },
      minItems: 1,
      uniqueItems: true,
      description: 'Of which kinds; left out: status alone',
    },
    secret: {
      type: 'string',
      pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
      description: 'secret must be whsec_ and 24 to 64 bytes in base64; without it one is made',
    },
  },
  required: ['url'],
} as const;

type WireWebhook = { url: string; definition_id?: string; events?: EventKind[]; secret?: string };

const check = checker<WireWebhook>(webhookBody);

export function webhookFromWire(body: unknown): WireWebhook {
  const wire = check(foldKeys(body));
  if (!URL.canParse(wire.url)) throw new RequestError(400, `url is not an address: ${wire.url}`, 'url');
  return wire;
}

export function webhookToWire(of: Webhook): Record<string, unknown> {
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

const always = {
  webhook_id: text,
  url: { type: 'string', description: 'Behind its host masked, unless the caller may see secrets' },
  events: { type: 'array', items: { enum: eventKinds } },
  created_at: time,
  sequence: { ...count, description: 'Of the last event that was delivered' },
};

const sometimes = {
  definition_id: webhookBody.properties.definition_id,
  failing_since: time,
  tries: { type: 'integer', minimum: 1, description: 'How often in vain what comes next was sent' },
  next_try_at: time,
  last_error: text,
  lost_at: { ...time, description: 'When it was last found that events had been removed before they were delivered' },
  disabled_at: { ...time, description: 'It is told nothing since then' },
};

export const webhookAnswer = shape(always, sometimes);

export const newWebhookAnswer = shape(
  { ...always, secret: { type: 'string', description: 'What its events are signed with; shown this once only' } },
  sometimes,
);
