/** Every route that the API serves, in each version. One that is missing here fails a test; a parameter that is missing is not read. */
import { definitionOperations } from './definitions';
import type { Route } from './operation';
import { operatorOperations } from './operators';
import { runOperations } from './runs';
import { templateOperations } from './templates';

export const operations: readonly Route[] = [
  ...definitionOperations,
  ...runOperations,
  ...templateOperations,
  ...operatorOperations,
];
