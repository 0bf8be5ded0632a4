/** Runs: /runs. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function RunListPage(): ReactElement {
  return <PageTitle>RunListPage</PageTitle>;
}
