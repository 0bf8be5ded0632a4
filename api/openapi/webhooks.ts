/** Operations on webhooks. */
import { count, shape } from '../wire/answer';
import { newWebhookAnswer, webhookAnswer, webhookBody } from '../wire/webhook';
import { json, route, type Operation, type Route } from './operation';

const of = (id: string, summary: string): Operation => ({
  id,
  tag: 'webhooks',
  summary,
  refusals: [404],
  answer: json(webhookAnswer),
});

export const webhookOperations: readonly Route[] = [
  route('GET', '/webhook', ['v6'], {
    id: 'listWebhooks',
    tag: 'webhooks',
    summary: 'Lists webhooks',
    answer: json(shape({ total: count, webhooks: { type: 'array', items: webhookAnswer } })),
  }),
  route('POST', '/webhook', ['v6'], {
    id: 'createWebhook',
    tag: 'webhooks',
    summary: 'Has an address told of what happens to runs from now on',
    description:
      'Its host must have public addresses, or be allowed by the configuration. There are 1000 at most: else 409.',
    body: webhookBody,
    refusals: [409],
    answer: json(newWebhookAnswer),
  }),
  route('GET', '/webhook/{webhook_id}', ['v6'], of('getWebhook', 'A webhook, and how its deliveries go')),
  route('PUT', '/webhook/{webhook_id}/enable', ['v6'], {
    ...of('enableWebhook', 'Goes on with a webhook that was disabled'),
    description: 'What failed is sent again at once.',
  }),
  route('DELETE', '/webhook/{webhook_id}', ['v6'], {
    ...of('deleteWebhook', 'Removes a webhook'),
    answer: json(shape({ deleted: { const: true } })),
  }),
];
