/** Says that the server has another UI than the one of this page, which goes on as it is until somebody loads it anew. */
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { infoQuery } from '../api/queries';
import { isOutdated } from './build';
import classes from './Shell.module.css';

export function NewVersion(): ReactElement {
  // A server that is replaced ends its streams, and after those all that is shown is asked for again: this, too.
  const { data } = useQuery(infoQuery);
  return (
    <div role="status">
      {isOutdated(data?.ui_build) && (
        <Group gap="xs" className={classes['version'] ?? ''}>
          <Text size="sm">A newer version is here</Text>
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              location.reload();
            }}
          >
            Reload
          </Button>
        </Group>
      )}
    </div>
  );
}
