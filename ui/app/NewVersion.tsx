/** Says that the server has another UI than the one of this page, which goes on as it is until somebody loads it anew. */
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { infoQuery } from '../api/queries';
import classes from './Shell.module.css';

/** Undefined where a page is served for work on it. */
const built = document.querySelector<HTMLMetaElement>('meta[name="flotilla-build"]')?.content;

export function NewVersion(): ReactElement {
  // A server that is replaced ends its streams, and after those all that is shown is asked for again: this, too.
  const { data } = useQuery({ ...infoQuery, enabled: built !== undefined });
  const isOther = built !== undefined && data?.ui_build !== undefined && data.ui_build !== built;
  return (
    <div role="status">
      {isOther && (
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
