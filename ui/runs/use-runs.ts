/** A page of runs, kept up to date by what is told of them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer, useRef } from 'react';
import { ApiError } from '../api/client';
import { serverNow } from '../api/clock';
import { keys } from '../api/queries';
import { onLiveEvent, type StatusEvent } from '../live/events';
import type { Feed, Wanted } from './feed';
import type { View } from './filter';
import { listRuns } from './list';
import { reduce, startOf, type Action, type State } from './page-state';
import type { Scope } from './scope';

/** Events are taken together: at most four times a second. */
const mergeMs = 250;
const totalMs = 10_000;
/** Ids in one question. */
const maxAsked = 100;

const reduceNow = (state: State, action: Action): State => reduce(state, action, serverNow());

export type Runs = {
  feed: Feed;
  total: number;
  /** Nothing has been answered yet. */
  isFirst: boolean;
  /** What is shown answers another question; the right answer is on its way. */
  isOld: boolean;
  /** There are rows, or it is known that there are none; where a question failed, those of another are not shown for it. */
  isShown: boolean;
  /** When the rows were; 0 while nothing has been answered. */
  answeredAt: number;
  error: unknown;
  /** Loads the page anew: rows may come, go and move. */
  reload: () => void;
};

export function useRuns(scope: Scope, view: View): Runs {
  const key = JSON.stringify([scope, view]);
  const wanted = useMemo(() => wantedOf(key), [key]);
  const [state, dispatch] = useReducer(reduceNow, wanted, startOf);
  const query = useQuery({
    queryKey: [...keys.runs, 'page', key],
    queryFn: ({ signal }) => listRuns(scope, view.filter, pagingOf(view), serverNow(), signal),
    placeholderData: keepPreviousData,
  });
  const { data, isPlaceholderData, isFetching, dataUpdatedAt: answeredAt, refetch } = query;
  useEffect(() => {
    if (data === undefined || isPlaceholderData) return;
    dispatch({ do: 'answer', key, wanted, page: data, answeredAt, isLast: !isFetching });
  }, [key, wanted, data, isPlaceholderData, isFetching, answeredAt]);
  // Where the server does not answer, the header says it; what is shown stays.
  const isKnown = state.key === key && state.isSettled && query.error instanceof ApiError && query.error.status === 0;
  useEvents(dispatch);
  useQuestions(state, dispatch);
  return {
    feed: state.feed,
    total: state.total,
    isFirst: state.key === '' && query.error === null,
    isOld: state.key !== key && query.error === null,
    isShown: state.key !== '' && (state.key === key || query.error === null),
    answeredAt: state.answeredAt,
    error: isKnown ? null : query.error,
    reload: () => {
      dispatch({ do: 'reload' });
      void refetch();
    },
  };
}

/** The same while its text is: objects are made anew. */
function wantedOf(key: string): Wanted {
  const [scope, view] = JSON.parse(key) as [Scope, View];
  return { scope, ...view };
}

function pagingOf({ sort, page, size }: View): {
  limit: number;
  offset: number;
  sort_by: View['sort']['by'];
  order: View['sort']['order'];
} {
  return { limit: size, offset: (page - 1) * size, sort_by: sort.by, order: sort.order };
}

function useEvents(dispatch: (action: Action) => void): void {
  useEffect(() => {
    let heard: StatusEvent[] = [];
    let timer: number | undefined;
    const stop = onLiveEvent((event) => {
      if (event.kind !== 'status' && event.kind !== 'note') return;
      heard.push(event);
      timer ??= window.setTimeout(() => {
        dispatch({ do: 'hear', events: heard });
        [heard, timer] = [[], undefined];
      }, mergeMs);
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [dispatch]);
}

/** What events and answers leave open is asked for, seldom. */
function useQuestions({ feed, key }: State, dispatch: (action: Action) => void): void {
  const { wanted, missing, changes, unsure } = feed;
  const open = useRef({ changes, unsure });
  useEffect(() => {
    open.current = { changes, unsure };
  }, [changes, unsure]);

  useEffect(() => {
    if (missing.length === 0) return;
    return ask(async (signal) => {
      const paging = { limit: missing.length };
      dispatch({ do: 'tell', page: await listRuns({ of: 'all' }, { run_id: missing }, paging, serverNow(), signal) });
    });
  }, [missing, dispatch]);

  useEffect(() => {
    if (key === '') return;
    const { scope, filter } = wanted;
    let asked = open.current.changes;
    let stop: (() => void) | undefined;
    const timer = window.setInterval(() => {
      if (open.current.changes === asked) return;
      asked = open.current.changes;
      const ids = [...open.current.unsure].slice(0, maxAsked);
      stop = ask(async (signal) => {
        const now = serverNow();
        const { total } = await listRuns(scope, filter, { limit: 0 }, now, signal);
        dispatch({ do: 'total', key, total });
        if (ids.length === 0 || filter.run_id !== undefined) return;
        const page = await listRuns(scope, { ...filter, run_id: ids }, { limit: ids.length }, now, signal);
        dispatch({ do: 'decide', asked: ids, page });
      });
    }, totalMs);
    return () => {
      window.clearInterval(timer);
      stop?.();
    };
  }, [key, wanted, dispatch]);
}

/** Returns how to give up. What fails is asked for again in time. */
function ask(question: (signal: AbortSignal) => Promise<void>): () => void {
  const leaving = new AbortController();
  question(leaving.signal).catch(() => undefined);
  return () => {
    leaving.abort();
  };
}
