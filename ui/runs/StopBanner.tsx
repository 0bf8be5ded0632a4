/** How far the stops of many runs are that this tab has asked for, on the list where it did: after a reload, too, until their end is read. */
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactElement } from 'react';
import { api, isGone, unwrap } from '../api/client';
import { keys } from '../api/queries';
import { countText, runsText } from '../parts/count';
import { Trouble } from '../parts/Trouble';
import type { Scope } from './scope';
import { dismissStop, useStops } from './stop-store';

const pollMs = 1000;

export function StopBanner({ scope }: { scope: Scope }): ReactElement | null {
  const stops = useStops(scope);
  if (stops.length === 0) return null;
  return (
    <Stack gap="xs">
      {stops.map((stopId) => (
        <OneStop key={stopId} stopId={stopId} />
      ))}
    </Stack>
  );
}

function OneStop({ stopId }: { stopId: string }): ReactElement | null {
  const { data, error, refetch } = useQuery({
    queryKey: ['stop', stopId],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v6/history/stop/{stop_id}', { params: { path: { stop_id: stopId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'DONE' ? false : pollMs),
  });
  // Kept for some days only.
  const isForgotten = isGone(error);
  useEffect(() => {
    if (isForgotten) dismissStop(stopId);
  }, [isForgotten, stopId]);
  const queryClient = useQueryClient();
  const isDone = data?.status === 'DONE';
  useEffect(() => {
    if (!isDone) return;
    void queryClient.invalidateQueries({ queryKey: keys.runs });
    // Who leaves the list has read it.
    return () => {
      dismissStop(stopId);
    };
  }, [isDone, stopId, queryClient]);
  if (data === undefined) {
    return error === null || isForgotten ? null : <Trouble error={error} onRetry={() => void refetch()} />;
  }
  const { stopped, refused, total, spawned } = data;
  const done = stopped + refused;
  return (
    <Alert
      color={isDone ? 'green' : 'orange'}
      role={isDone ? 'status' : 'group'}
      aria-label="Stop of many runs"
      title={isDone ? `Stopped ${runsText(stopped)}` : `Stopping ${runsText(total)}`}
      withCloseButton={isDone}
      closeButtonLabel="Dismiss"
      onClose={() => {
        dismissStop(stopId);
      }}
    >
      <Text size="sm">
        {`${countText(stopped)} of ${countText(total)}, ${countText(refused)} refused`}
        {refused > 0 && ' (they had ended by themselves before)'}
        {spawned > 0 && `; with ${runsText(spawned)} that their jobs had started`}
      </Text>
      {!isDone && (
        <Progress
          mt={6}
          value={total === 0 ? 100 : (done / total) * 100}
          color="orange"
          aria-label="Runs that are over"
        />
      )}
    </Alert>
  );
}
