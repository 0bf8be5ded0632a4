/** One version of a template. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function TemplatePage(): ReactElement {
  return <PageTitle>TemplatePage</PageTitle>;
}

export function TemplateHistoryPage(): ReactElement {
  return <PageTitle>TemplateHistoryPage</PageTitle>;
}
