/** Every route that the API serves, in each version. One that is missing here fails a test; a parameter that is missing is not read. */
import { definitionOperations } from './definitions';
import { logOperations } from './logs';
import type { Route } from './operation';
import { operatorOperations } from './operators';
import { runOperations } from './runs';
import { streamOperations } from './streams';
import { templateOperations } from './templates';
import { webhookOperations } from './webhooks';

export const operations: readonly Route[] = [
  ...definitionOperations,
  ...runOperations,
  ...logOperations,
  ...streamOperations,
  ...templateOperations,
  ...webhookOperations,
  ...operatorOperations,
];
