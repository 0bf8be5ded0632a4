/** A definition as a form: new, changed or copied. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function CreateTaskPage(): ReactElement {
  return <PageTitle>CreateTaskPage</PageTitle>;
}

export function UpdateTaskPage(): ReactElement {
  return <PageTitle>UpdateTaskPage</PageTitle>;
}

export function CopyTaskPage(): ReactElement {
  return <PageTitle>CopyTaskPage</PageTitle>;
}
