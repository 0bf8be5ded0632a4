/** All templates: /templates. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function TemplateListPage(): ReactElement {
  return <PageTitle>TemplateListPage</PageTitle>;
}
