/** The end of a launch form: its button, and what to do where its key stands for another run already. */
import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon } from '../parts/icons';
import { AnchorLink } from '../parts/links';
import type { Launching } from './useLaunch';

export function UsedKey({ launching: { usedFor, startAnother } }: { launching: Launching }): ReactElement | null {
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

export function SubmitButton({ isPending, text = 'Run' }: { isPending: boolean; text?: string }): ReactElement {
  return (
    <Group>
      <Button type="submit" loading={isPending} leftSection={<Icon name="play" size={14} />}>
        {text}
      </Button>
    </Group>
  );
}
