/** Runs a definition, as it is or with changes. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function LaunchPage(): ReactElement {
  return <PageTitle>LaunchPage</PageTitle>;
}
