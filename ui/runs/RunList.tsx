/** The list of runs with its filters, live: on the page of runs, of a task, of a template. */
import type { ReactElement } from 'react';
import type { Scope } from './scope';

/**
 * `scope`: whose runs. Filters, page and order are in the query of the page's address (keys of `query.ts`); whatever else is there,
 * such as `tab`, stays. Has no heading of its own: the page (`h1`) or its section (`h2`) names it.
 */
export function RunList({ scope }: { scope: Scope }): ReactElement {
  return <div data-scope={scope.of} />;
}
