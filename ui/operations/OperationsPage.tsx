/** What operators look at and switch. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function OperationsPage(): ReactElement {
  return <PageTitle>OperationsPage</PageTitle>;
}
