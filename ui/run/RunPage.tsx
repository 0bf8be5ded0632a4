/** One run: /runs/ID. From top to bottom: which it is, why it is so, how it came to that, what is known, what it said. */
import { Anchor, Divider, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { isGone, type Schemas } from '../api/client';
import { PageTitle } from '../parts/PageTitle';
import { shortId } from '../parts/run-name';
import { lookOf } from '../parts/status';
import { Trouble } from '../parts/Trouble';
import { AgainDialog } from './AgainDialog';
import { Facts } from './Facts';
import { useFavicon } from './favicon';
import { Banners, RunHeader } from './RunHeader';
import { RunTabs, scrollToTabs, useLogInView, useTabs } from './RunTabs';
import { StopDialog } from './StopDialog';
import { Timeline } from './Timeline';
import { useExplanation, useRun } from './useRun';
import { Why } from './Why';

export function RunPage(): ReactElement {
  const { runId } = useParams({ from: '/runs/$runId' });
  const { data, error, dataUpdatedAt, refetch } = useRun(runId);
  // Of another run nothing stays: no open dialog, no opened part.
  if (data !== undefined) return <Page key={runId} run={data} error={error} answeredAt={dataUpdatedAt} />;
  if (error === null) {
    return (
      <Stack gap="sm">
        <PageTitle tab={`Run ${shortId(runId)}`}>Run {shortId(runId)}</PageTitle>
        <Text c="dimmed">Asking for the run …</Text>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <PageTitle>{isGone(error) ? 'There is no such run' : 'The run cannot be shown'}</PageTitle>
      {isGone(error) ? <Trouble error={error} /> : <Trouble error={error} onRetry={() => void refetch()} />}
      <Anchor component={Link} to="/runs" w="fit-content">
        All runs
      </Anchor>
    </Stack>
  );
}

type PageProps = { run: Schemas['RunDetail']; error: unknown; answeredAt: number };

function Page({ run, error, answeredAt }: PageProps): ReactElement {
  const { data: explanation, error: explanationError } = useExplanation(run);
  const [isStopOpen, stop] = useDisclosure();
  const [isAgainOpen, again] = useDisclosure();
  const { open } = useTabs();
  useFavicon(lookOf(run).tone);
  const onLog = (): void => {
    open('l');
    scrollToTabs();
  };
  useLogInView(explanation !== undefined || explanationError !== null);
  return (
    <Stack gap="md">
      <RunHeader run={run} onLog={onLog} onStop={stop.open} onAgain={again.open} />
      <Banners run={run} explanation={explanation} error={error} answeredAt={answeredAt} />
      <Why
        run={run}
        explanation={explanation}
        error={explanationError}
        ways={{ onLog, onStop: stop.open, onAgain: again.open }}
      />
      <Divider />
      <Timeline run={run} explanation={explanation} />
      <Divider />
      <Facts run={run} explanation={explanation} />
      <RunTabs run={run} workflowUrl={explanation?.workflow_url} />
      <StopDialog run={run} isOpen={isStopOpen} onClose={stop.close} />
      <AgainDialog run={run} isOpen={isAgainOpen} onClose={again.close} />
    </Stack>
  );
}
