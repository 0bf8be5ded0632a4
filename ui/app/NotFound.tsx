/** Where an address leads nowhere, and where a page breaks. */
import { Anchor, Button, List, Stack, Text } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useEffect, type ReactElement } from 'react';
import { api } from '../api/client';
import { PageTitle } from '../parts/PageTitle';
import { Trouble } from '../parts/Trouble';

export function NotFound(): ReactElement {
  return (
    <Stack gap="sm">
      <PageTitle>There is no such page</PageTitle>
      <Text>The address may be mistyped, or what it named is gone. From here:</Text>
      <List>
        <List.Item>
          <Anchor component={Link} to="/tasks">
            Tasks
          </Anchor>
        </List.Item>
        <List.Item>
          <Anchor component={Link} to="/templates">
            Templates
          </Anchor>
        </List.Item>
        <List.Item>
          <Anchor component={Link} to="/runs">
            Runs
          </Anchor>
        </List.Item>
      </List>
    </Stack>
  );
}

const reloadedKey = 'flotilla-reloaded';

/** A file that an older page asks for is gone after an update, or did not come: loading anew, once, brings what there is. */
function isMissingFile(error: Error): boolean {
  return /dynamically imported module|module script|Unable to preload/i.test(error.message);
}

/** Whether this address was loaded anew before. Where nothing can be kept, nobody knows: then it counts as tried. */
function wasReloaded(): boolean {
  try {
    const before = sessionStorage.getItem(reloadedKey);
    sessionStorage.setItem(reloadedKey, location.href);
    return before === location.href;
  } catch {
    return true;
  }
}

export function PageTrouble({ error }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  useEffect(() => {
    if (!(error instanceof Error) || !isMissingFile(error)) return;
    // Without a server, there would be no page at all.
    void api.GET('/api/v6/health').then(
      () => {
        if (!wasReloaded()) location.reload();
      },
      () => undefined,
    );
  }, [error]);
  return (
    <Stack gap="sm">
      <PageTitle>This page cannot be shown</PageTitle>
      <Trouble error={error} onRetry={() => void router.invalidate()} />
      <Button
        variant="subtle"
        w="fit-content"
        onClick={() => {
          location.reload();
        }}
      >
        Load the page again
      </Button>
    </Stack>
  );
}
