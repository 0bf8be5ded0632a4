/** What went wrong, in the API's own sentence, and how to go on. */
import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { ApiError, isGone, sentenceOf } from '../api/client';

export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }): ReactElement {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Alert color="red" role="alert" title={isGone(error) ? 'Not found' : 'That did not work'}>
      <Text size="sm" className="said">
        {sentenceOf(error)}
      </Text>
      <Group mt="xs" gap="sm">
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {requestId !== null && (
          <Text size="xs" c="dimmed">
            Request {requestId}
          </Text>
        )}
      </Group>
    </Alert>
  );
}
