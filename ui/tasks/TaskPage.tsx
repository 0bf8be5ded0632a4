/** One definition: /tasks/ID. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function TaskPage(): ReactElement {
  return <PageTitle>TaskPage</PageTitle>;
}
