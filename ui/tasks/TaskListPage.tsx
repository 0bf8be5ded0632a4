/** All definitions: /tasks. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function TaskListPage(): ReactElement {
  return <PageTitle>TaskListPage</PageTitle>;
}
