/** What this browser remembers. */
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';

export function SettingsPage(): ReactElement {
  return <PageTitle>SettingsPage</PageTitle>;
}
