/** What differs between two revisions of a definition. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function DifferencePage(): ReactElement {
  return <PageTitle>DifferencePage</PageTitle>;
}
