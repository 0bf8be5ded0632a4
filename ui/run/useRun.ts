/** A run as it is now: by the stream where there is one, else asked for every 5 seconds until it is over. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isGone, type Schemas } from '../api/client';
import { backendEventsQuery, explainQuery, keys, runQuery } from '../api/queries';
import { useConnection } from '../live/connection';
import { onLiveEvent } from '../live/events';
import { withEvent } from '../parts/with-event';
import { pollMs } from './poll';

type Run = Schemas['RunDetail'];

/** News often come in groups. */
const settleMs = 400;
/** What backends say changes without the run's row: then no event tells of it. */
const evidenceMs = 10_000;

export function useRun(id: string) {
  const isLive = useConnection().state === 'live';
  const query = useQuery({
    ...runQuery(id),
    // Goes on after errors: whoever does not answer now may answer later.
    refetchInterval: ({ state }) =>
      isGone(state.error)
        ? false
        : pollMs({ isLive, isOver: state.data?.status === 'STOPPED', hasFailed: state.error !== null }),
    // The tab of the browser says how the run is.
    refetchIntervalInBackground: true,
  });
  useNews(id);
  useFreshEvidence(id, query.data?.version);
  return query;
}

function useNews(id: string): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: number | undefined;
    const askSoon = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void queryClient.invalidateQueries({ queryKey: keys.run(id) }), settleMs);
    };
    const leave = onLiveEvent((event) => {
      // After a gap all that is shown is asked for again, elsewhere.
      if (event.kind === 'gap' || event.run_id !== id) return;
      if (event.kind !== 'attempt') {
        queryClient.setQueryData<Run>(keys.run(id), (run) => (run === undefined ? run : withEvent(run, event)));
      }
      askSoon();
    });
    return () => {
      leave();
      window.clearTimeout(timer);
    };
  }, [id, queryClient]);
}

/** Whenever the run has moved, what explains it is asked for again: also where only polls tell of it. */
function useFreshEvidence(id: string, version: number | undefined): void {
  const queryClient = useQueryClient();
  const seen = useRef<{ id: string; version: number } | null>(null);
  useEffect(() => {
    if (version === undefined) return;
    const isFirst = seen.current?.id !== id;
    seen.current = { id, version };
    if (isFirst) return;
    const timer = window.setTimeout(() => {
      void queryClient.invalidateQueries({ queryKey: keys.explain(id) });
      void queryClient.invalidateQueries({ queryKey: keys.events(id) });
    }, settleMs);
    return () => {
      window.clearTimeout(timer);
    };
  }, [id, version, queryClient]);
}

export function useExplanation({ run_id: id, status }: Run) {
  return useQuery({ ...explainQuery(id), refetchInterval: status === 'STOPPED' ? false : evidenceMs });
}

export function useBackendEvents({ run_id: id, status }: Run) {
  return useQuery({ ...backendEventsQuery(id), refetchInterval: status === 'STOPPED' ? false : evidenceMs / 2 });
}
