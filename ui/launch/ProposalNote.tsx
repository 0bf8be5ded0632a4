/** Says what was changed in the form, and why, after a run that ended badly. */
import { Alert, Button, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { LaunchForm } from './launch-form';
import type { Proposal } from './proposal';

type Props = { proposals: readonly Proposal[]; form: LaunchForm; change: (to: Partial<LaunchForm>) => void };

export function ProposalNote({ proposals, form, change }: Props): ReactElement | null {
  const open = proposals.filter(({ field, to }) => form[field] === to);
  if (open.length === 0) return null;
  return (
    <>
      {open.map(({ field, from, why }) => (
        <Alert key={field} color="blue" title="Changed for you">
          <Text size="sm">{why}</Text>
          <Button
            size="xs"
            variant="default"
            mt="xs"
            onClick={() => {
              change({ [field]: from });
            }}
          >
            {field === 'memory' ? `Use ${from} MB as before` : 'Use spot as before'}
          </Button>
        </Alert>
      ))}
    </>
  );
}
