/** What stands around every page: the way to the others. */
import { AppShell, Anchor, Container, Group } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import type { ReactElement } from 'react';

export function Shell(): ReactElement {
  return (
    <AppShell header={{ height: 52 }} padding="md">
      <AppShell.Header>
        <Container size="xl" h="100%">
          <Group h="100%" gap="lg" component="nav" aria-label="Main">
            <Anchor component={Link} to="/tasks" fw={700}>
              Flotilla
            </Anchor>
            <Anchor component={Link} to="/tasks">
              Tasks
            </Anchor>
            <Anchor component={Link} to="/templates">
              Templates
            </Anchor>
            <Anchor component={Link} to="/runs">
              Runs
            </Anchor>
            <Anchor component={Link} to="/operations">
              Operations
            </Anchor>
            <Anchor component={Link} to="/settings">
              Settings
            </Anchor>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main>
        <Container size="xl" p={0}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
