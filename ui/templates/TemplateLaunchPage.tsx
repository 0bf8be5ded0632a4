/** Runs a template. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function TemplateLaunchPage(): ReactElement {
  return <PageTitle>TemplateLaunchPage</PageTitle>;
}
