/** What stands around the fields of a launch: what is wrong, what it comes from, the button, and whether its key is used. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { ErrorSummary } from '../form/ErrorSummary';
import { LeaveGuard } from '../form/LeaveGuard';
import { Icon } from '../parts/icons';
import { AnchorLink } from '../parts/links';
import { Origin } from './Origin';
import type { Launching } from './useLaunch';

type Props = {
  launching: Launching;
  run: Schemas['RunDetail'] | undefined;
  labelOf: (field: string) => string;
  /** The way back. */
  cancel: ReactElement;
  children: ReactNode;
};

export function LaunchFrame({ launching, run, labelOf, cancel, children }: Props): ReactElement {
  return (
    <form
      noValidate
      aria-label="Run"
      onSubmit={(event) => {
        event.preventDefault();
        launching.submit();
      }}
    >
      <LeaveGuard title="Leave without running?" isChanged={launching.isUnsent}>
        What you typed here is lost then.
      </LeaveGuard>
      <Stack>
        <ErrorSummary {...launching.wrong} labelOf={labelOf} />
        <UsedKey launching={launching} />
        <Origin run={run} />
        {children}
        <Group>
          <Button type="submit" loading={launching.isPending} leftSection={<Icon name="play" size={14} />}>
            Run
          </Button>
          {cancel}
        </Group>
      </Stack>
    </form>
  );
}

function UsedKey({ launching: { usedFor, startAnother } }: { launching: Launching }): ReactElement | null {
  if (usedFor === null) return null;
  return (
    <Alert color="yellow" role="status" title="A run was started already">
      <Text size="sm">
        This form was sent before, and its answer was lost:{' '}
        <AnchorLink to="/runs/$runId" params={{ runId: usedFor }} size="sm">
          {usedFor}
        </AnchorLink>{' '}
        is what it started. You have changed the form since.
      </Text>
      <Button size="xs" variant="default" mt="xs" onClick={startAnother}>
        Start another run
      </Button>
    </Alert>
  );
}
