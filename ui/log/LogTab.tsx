/** The log of a run, in its tab: of which attempt, how much of it, and as whom it is read. */
import { useLocation, useNavigate, useSearch as useQuery } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { one, type Search } from '../app/search';
import { useSettings } from '../settings/settings';
import { linesOf, hashOf, type Lines } from './anchor';
import { LogView } from './LogView';
import { attemptAsked } from './reader';
import { LogSession } from './session';
import { createSource, type LogOf } from './source';
import './colours.css';
import './log.css';

export type Run = Schemas['RunDetail'];
/** Where in the log one is, as the address says it. */
export type Address = {
  lines: Lines | null;
  setLines: (lines: Lines) => void;
  search: string;
  setSearch: (text: string) => void;
  setAttempt: (attempt: number) => void;
};

export function LogTab({ run }: { run: Run }): ReactElement {
  const { logTimestamps: hasTimes } = useSettings();
  const query: Search = useQuery({ strict: false });
  const address = useAddress();
  const wanted = one(query, 'attempt');
  const newest = attemptAsked(run, undefined);
  // A new attempt takes the place of the one that is read only if nobody is in the middle of that.
  const [read, setRead] = useState(newest);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (isAtEnd.current) setRead(newest);
  }, [newest]);
  const attempt = wanted === undefined ? read : attemptAsked(run, wanted);
  const [keeps, setKeeps] = useState<'end' | 'start'>('end');
  const of = useMemo(() => ({ runId: run.run_id, attempt, hasTimes }), [run.run_id, attempt, hasTimes]);
  return (
    <OneLog
      key={[run.run_id, attempt, hasTimes, keeps].join(' ')}
      {...{ run, of, address, keeps, setKeeps }}
      onFollowing={(is) => {
        isAtEnd.current = is;
      }}
      onNewest={() => {
        setRead(newest);
        if (newest !== undefined && wanted !== undefined) address.setAttempt(newest);
      }}
    />
  );
}

type OneLogProps = {
  run: Run;
  of: LogOf;
  address: Address;
  keeps: 'end' | 'start';
  setKeeps: (keeps: 'end' | 'start') => void;
  onFollowing: (is: boolean) => void;
  onNewest: () => void;
};

function OneLog({ of, ...rest }: OneLogProps): ReactElement {
  const { run, keeps } = rest;
  const [session] = useState(() => new LogSession(createSource(of), keeps));
  const isOver = run.status === 'STOPPED' || (of.attempt !== undefined && of.attempt < run.attempt_count);
  useEffect(() => {
    session.setOver(isOver);
  }, [session, isOver]);
  useEffect(() => session.start(), [session]);
  const snapshot = useSyncExternalStore(session.subscribe, session.get);
  return <LogView {...{ ...rest, of, snapshot, isOver }} store={session.store} />;
}

function useAddress(): Address {
  const navigate = useNavigate();
  const hash = useLocation({ select: (location) => location.hash });
  const query: Search = useQuery({ strict: false });
  const lines = useMemo(() => linesOf(hash), [hash]);
  const search = one(query, 'log_search') ?? '';
  return useMemo(() => {
    const change = (part: Search): void => {
      void navigate({
        to: '.',
        search: (before: Search) => ({ ...before, ...part }),
        ...{ hash: true, replace: true, resetScroll: false, hashScrollIntoView: false },
      });
    };
    return {
      lines,
      search,
      setLines: (to) => {
        void navigate({
          to: '.',
          search: (before: Search) => before,
          ...{ hash: hashOf(to), replace: true, resetScroll: false, hashScrollIntoView: false },
        });
      },
      setSearch: (text) => {
        change({ log_search: text === '' ? undefined : text });
      },
      setAttempt: (attempt) => {
        // A line of one attempt is no line of another.
        void navigate({
          to: '.',
          search: (before: Search) => ({ ...before, attempt: String(attempt) }),
          ...{ hash: '', replace: true, resetScroll: false },
        });
      },
    };
  }, [navigate, lines, search]);
}
