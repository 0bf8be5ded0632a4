/** Says which run a form was filled from. */
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';

export function Origin({ run }: { run: { run_id: string } | undefined }): ReactElement | null {
  if (run === undefined) return null;
  return (
    <Text size="sm">
      Filled from run{' '}
      <AnchorLink to="/runs/$runId" params={{ runId: run.run_id }} size="sm" className="mono">
        {run.run_id}
      </AnchorLink>
      ; what you leave is as it was there.
    </Text>
  );
}
