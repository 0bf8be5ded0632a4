/** One run: /runs/ID. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function RunPage(): ReactElement {
  return <PageTitle>RunPage</PageTitle>;
}
