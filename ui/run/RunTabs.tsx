/** What a run said, what was reported of it, and the rest: which of these is in the address, as the original had it. */
import { Tabs, Text } from '@mantine/core';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { again } from '../app/again';
import { one } from '../app/search';
import { ChildrenTab } from './ChildrenTab';
import { DetailsTab } from './DetailsTab';
import { EnvTab } from './EnvTab';
import { EventsTab } from './EventsTab';
import './run.css';
import { asksForLog, tabOf, tabs, type Tab } from './words';

/** Asked for beside the run: most look at its log first. Where it cannot be loaded, its tab says so. */
const logModule = again(() => import('../log/LogTab'));
logModule.catch(() => undefined);
const LogTab = lazy(async () => ({ default: (await logModule).LogTab }));

type Run = Schemas['RunDetail'];

/** Opens a tab: its place in the history is that of the page. */
export function useTabs(): { rt: string | undefined; open: (tab: Tab) => void } {
  const search = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  return {
    rt: one(search, 'rt'),
    open: (tab) => {
      // A line of the log is a place in its tab alone.
      void navigate({
        to: '.',
        search: { ...search, rt: tab },
        hash: (hash) => (tab === 'l' ? (hash ?? '') : ''),
        replace: true,
        resetScroll: false,
      });
    },
  };
}

const tabsId = 'run-tabs';

/** Without the focus: what is read aloud begins with which run it is. */
export function scrollToTabs(): void {
  document.getElementById(tabsId)?.scrollIntoView();
}

/** Who came for the log sees it at once. `isSettled`: nothing above it grows any more. */
export function useLogInView(isSettled: boolean): void {
  const search = useSearch({ from: '__root__' });
  const hash = useLocation({ select: (location) => location.hash });
  const [isAsked] = useState(() => asksForLog(search, hash));
  useEffect(() => {
    if (!isAsked || !isSettled) return;
    // After the router, which begins each page at its top.
    const frame = requestAnimationFrame(scrollToTabs);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [isAsked, isSettled]);
}

export function RunTabs({ run, workflowUrl }: { run: Run; workflowUrl: string | undefined }): ReactElement {
  const { rt, open } = useTabs();
  const shown = tabOf(rt, run);
  const children = run.spawned_runs?.length ?? 0;
  const names: Record<Tab, string> = {
    l: 'Logs',
    e: 'Events',
    v: 'Env',
    md: 'Details',
    c: children === 0 ? 'Children' : `Children (${children})`,
  };
  return (
    <Tabs
      value={shown}
      keepMounted={false}
      onChange={(value) => {
        const tab = tabs.find((one) => one === value);
        if (tab !== undefined) open(tab);
      }}
    >
      <Tabs.List aria-label="More of the run" id={tabsId}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {names[tab]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab} value={tab} pt="sm" className={tab === 'l' ? 'run-log' : ''}>
          <Content tab={tab} run={run} workflowUrl={workflowUrl} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Content({ tab, run, workflowUrl }: { tab: Tab; run: Run; workflowUrl: string | undefined }): ReactElement {
  switch (tab) {
    case 'l':
      return (
        <Suspense fallback={<Text c="dimmed">Loading the log …</Text>}>
          {/* Of another run another log. */}
          <LogTab key={run.run_id} run={run} />
        </Suspense>
      );
    case 'e':
      return <EventsTab run={run} />;
    case 'v':
      return <EnvTab run={run} />;
    case 'md':
      return <DetailsTab run={run} workflowUrl={workflowUrl} />;
    case 'c':
      return <ChildrenTab key={run.run_id} run={run} />;
  }
}
