/** Runs: /runs. */
import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { PageTitle } from '../parts/PageTitle';
import { RunList } from './RunList';

const all = { of: 'all' } as const;

export function RunListPage(): ReactElement {
  return (
    <Stack gap="sm">
      <PageTitle>Runs</PageTitle>
      <RunList scope={all} />
    </Stack>
  );
}
