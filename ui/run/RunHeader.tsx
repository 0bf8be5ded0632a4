/** The head of a run's page: which run it is, how it is, what can be done with it. */
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactElement } from 'react';
import { sentenceOf, type Schemas } from '../api/client';
import { serverTimeAt } from '../api/clock';
import { infoQuery } from '../api/queries';
import { useConnection } from '../live/connection';
import { CopyButton } from '../parts/CopyButton';
import { durationText } from '../parts/duration';
import { Icon } from '../parts/icons';
import { AnchorLink } from '../parts/links';
import { useNow } from '../parts/now';
import { focusTitle, PageTitle } from '../parts/PageTitle';
import { nameOf, shortId } from '../parts/run-name';
import { StatusBadge } from '../parts/StatusBadge';
import { Time } from '../parts/Time';
import { Trail } from '../parts/Trail';
import './run.css';
import { ChangesButton } from './Why';
import { isPastGrace, tabTitle } from './words';

type Run = Schemas['RunDetail'];
type Props = { run: Run; onLog: () => void; onStop: () => void; onAgain: () => void };

export function RunHeader({ run, onLog, onStop, onAgain }: Props): ReactElement {
  const { run_id: id, status, stop_requested_at: stopping, stale_since: stale } = run;
  return (
    <Stack gap="xs" component="header">
      <Trail here={shortId(id)}>
        <AnchorLink to="/runs" size="sm">
          Runs
        </AnchorLink>
      </Trail>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <PageTitle tab={tabTitle(run)}>
            <NameLink run={run} />
          </PageTitle>
          {/* Told politely to readers of the screen: it is what the page is watched for. */}
          <span role="status">
            <StatusBadge run={run} />
          </span>
          {stale !== undefined && (
            <span className="status run-stale">
              <Icon name="eyeOff" size={14} />
              <span>
                as of <Time at={stale} />
              </span>
            </span>
          )}
        </Group>
        <Group gap="xs">
          <Button variant="default" onClick={onLog} data-key="l">
            Log
          </Button>
          {status !== 'STOPPED' && stopping === undefined && (
            <Button color="red" variant="light" onClick={onStop} ref={handFocusOn}>
              Stop
            </Button>
          )}
          <Button variant="default" onClick={onAgain}>
            Run again
          </Button>
          <ChangesButton run={run} data-key="r" />
        </Group>
      </Group>
      <Group gap="lg">
        <Group gap={4}>
          <Text size="sm">
            Run{' '}
            <span className="mono" title={id}>
              {shortId(id)}
            </span>
          </Text>
          <CopyButton text={id} what="run id" />
        </Group>
        <Text size="sm">Owner: {run.user}</Text>
      </Group>
    </Stack>
  );
}

/** It goes away when it has done what it is for. */
function handFocusOn(button: HTMLButtonElement | null): () => void {
  return () => {
    if (document.activeElement === button) focusTitle();
  };
}

function NameLink({ run }: { run: Run }): ReactElement {
  const { executable_id: id, executable_type: type } = run;
  return (
    <Anchor
      inherit
      renderRoot={(props: Record<string, unknown>) =>
        type === 'template' ? (
          <Link {...props} to="/templates/$templateId" params={{ templateId: id }} />
        ) : (
          <Link {...props} to="/tasks/$taskId" params={{ taskId: id }} />
        )
      }
    >
      {nameOf(run)}
    </Anchor>
  );
}

type BannerProps = { run: Run; explanation: Schemas['Explanation'] | undefined; error: unknown; answeredAt: number };

/** `error`: of the last question; what is shown is older then. */
export function Banners({ run, explanation, error, answeredAt }: BannerProps): ReactElement {
  const { state } = useConnection();
  const isOpen = run.status !== 'STOPPED';
  const isCut = isOpen && (state === 'reconnecting' || state === 'polling' || state === 'offline');
  return (
    <>
      {error !== null ? (
        <Alert color="yellow" role="status" title="What is shown may be old">
          {sentenceOf(error)} It is as of <Time at={new Date(serverTimeAt(answeredAt)).toISOString()} isAbsolute />
          {isOpen && '; asked again every 5 s'}.
        </Alert>
      ) : (
        isCut && <Cut isOffline={state === 'offline'} />
      )}
      {run.stale_since !== undefined && (
        <Alert color="yellow" role="status" title={`${run.engine}/${run.cluster} cannot be seen`}>
          Since <Time at={run.stale_since} isAbsolute />: what is shown of the run may be old.
        </Alert>
      )}
      {isOpen && run.stop_requested_at !== undefined && (
        <Stopping run={run} at={run.stop_requested_at} explanation={explanation} />
      )}
    </>
  );
}

/** Shorter gaps are not worth a word. */
const patienceMs = 5000;

function Cut({ isOffline }: { isOffline: boolean }): ReactElement | null {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setLong(true);
    }, patienceMs);
    return () => {
      window.clearTimeout(timer);
    };
  }, []);
  if (!isLong) return null;
  return (
    <Alert color="yellow" role="status" title={isOffline ? 'Offline' : 'No live news'}>
      {isOffline ? 'What is shown may be old.' : 'The run is asked for every 5 s.'}
    </Alert>
  );
}

type StoppingProps = { run: Run; at: string; explanation: Schemas['Explanation'] | undefined };

function Stopping({ run, at, explanation }: StoppingProps): ReactElement {
  const now = useNow();
  const { data: info } = useQuery(infoQuery);
  const grace = info?.limits.stop_grace_seconds;
  const waiting = explanation?.waiting_for;
  return (
    <Alert color="orange" role="status" title="Stopping">
      {run.stop_requested_by ?? 'Somebody'} asked for it <Time at={at} />. It is over once nothing of it is left.
      {grace !== undefined && isPastGrace(at, grace, now) && (
        <Text size="sm" mt={4} className="said">
          {`For ${durationText(Math.floor((now - Date.parse(at)) / 1000) * 1000)} it has been waiting for `}
          {waiting?.what ?? 'the proof that nothing of it is left'}
          {waiting?.evidence === undefined || waiting.evidence === null ? '' : `: ${waiting.evidence}`}
        </Text>
      )}
    </Alert>
  );
}
