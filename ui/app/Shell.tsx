/** What stands around every page: the way to the others, a search, and how news arrives. */
import { ActionIcon, Anchor, AppShell, Burger, Container, Group, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { Icon } from '../parts/icons';
import { ActiveCount } from './ActiveCount';
import { ConnectionDot } from './ConnectionDot';
import { NewVersion } from './NewVersion';
import { QuickFind } from './QuickFind';
import classes from './Shell.module.css';
import { again } from './again';
import { useShortcuts } from './useShortcuts';

const places = [
  { to: '/tasks', name: 'Tasks' },
  { to: '/templates', name: 'Templates' },
  { to: '/runs', name: 'Runs' },
  { to: '/operations', name: 'Operations' },
] as const;

const ShortcutList = lazy(async () => ({ default: (await again(() => import('./ShortcutList'))).ShortcutList }));

export function Shell(): ReactElement {
  const [help, setHelp] = useState<'unasked' | 'open' | 'closed'>('unasked');
  const [isMenuOpen, menu] = useDisclosure();
  useShortcuts(() => {
    setHelp('open');
  });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { close } = menu;
  useEffect(close, [path, close]);
  return (
    <AppShell header={{ height: 52 }} padding="md">
      <a className={classes['skip']} href="#content">
        Skip to the page
      </a>
      <AppShell.Header px="md">
        <Container size="xl" h="100%" p={0}>
          <Group h="100%" gap="md" wrap="nowrap" justify="space-between">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              size="sm"
              className={classes['burger']}
              aria-label="Menu"
              aria-expanded={isMenuOpen}
            />
            <nav aria-label="Main" className={classes['places']} data-open={isMenuOpen || undefined}>
              <Place to="/tasks">
                <img src="/favicon.svg" alt="" width={20} height={20} className={classes['mark']} />
                Flotilla
              </Place>
              {places.map(({ to, name }) => (
                <Place key={to} to={to}>
                  {name}
                  {to === '/runs' && <ActiveCount />}
                </Place>
              ))}
            </nav>
            <Group gap="sm" wrap="nowrap" className={classes['tools'] ?? ''}>
              <QuickFind />
              <ConnectionDot />
              <SchemeSwitch />
              <Tooltip label="Settings">
                <ActionIcon component={Link} to="/settings" variant="subtle" color="gray" aria-label="Settings">
                  <Icon name="gear" />
                </ActionIcon>
              </Tooltip>
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main id="content">
        <Container size="xl" p={0}>
          <Outlet />
        </Container>
      </AppShell.Main>
      <NewVersion />
      {help !== 'unasked' && (
        <Suspense fallback={null}>
          <ShortcutList
            opened={help === 'open'}
            onClose={() => {
              setHelp('closed');
            }}
          />
        </Suspense>
      )}
    </AppShell>
  );
}

function Place({ to, children }: { to: (typeof places)[number]['to']; children: ReactNode }): ReactElement {
  return (
    <Anchor component={Link} to={to} className={classes['place'] ?? ''} activeProps={{ 'data-active': true }}>
      {children}
    </Anchor>
  );
}

function SchemeSwitch(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark =
    colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const label = isDark ? 'Light colours' : 'Dark colours';
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => {
          setColorScheme(isDark ? 'light' : 'dark');
        }}
      >
        <Icon name={isDark ? 'sun' : 'moon'} />
      </ActionIcon>
    </Tooltip>
  );
}
