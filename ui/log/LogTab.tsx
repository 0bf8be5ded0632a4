/** The log of a run, in its tab: of which attempt, which part of a very long one, and what is looked for in it. */
import { useLocation, useNavigate, useSearch as useQuery } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { one, type Search } from '../app/search';
import { useSettings } from '../settings/settings';
import { linesOf, hashOf, type Lines } from './anchor';
import { LogView } from './LogView';
import { attemptAsked, hasRead } from './reader';
import type { Wanted } from './search';
import { LogSession, type Snapshot } from './session';
import { createSource, type LogOf } from './source';
import type { LogStore } from './store';
import './colours.css';
import './log.css';

export type Run = Schemas['RunDetail'];
/** Where in the log one is, as the address says it. */
export type Address = {
  lines: Lines | null;
  setLines: (lines: Lines) => void;
  wanted: Wanted;
  setWanted: (wanted: Wanted) => void;
  setAttempt: (attempt: number) => void;
};

export function LogTab({ run }: { run: Run }): ReactElement {
  const { logTimestamps: hasTimes } = useSettings();
  const query: Search = useQuery({ strict: false });
  const address = useAddress();
  const asked = one(query, 'attempt');
  const newest = attemptAsked(run, undefined);
  // A new attempt takes the place of the one that is read only if nobody is in the middle of that.
  const [read, setRead] = useState(newest);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (isAtEnd.current) setRead(newest);
  }, [newest]);
  const attempt = asked === undefined ? read : attemptAsked(run, asked);
  const [keeps, setKeeps] = useState<'end' | 'start'>('end');
  const [wanted, setWanted] = useState(address.wanted);
  const [isFiltered, setFiltered] = useState(false);
  useWantedInAddress(wanted, address);
  const of = useMemo(() => ({ runId: run.run_id, attempt, hasTimes }), [run.run_id, attempt, hasTimes]);
  return (
    <OneLog
      key={[run.run_id, attempt, keeps].join(' ')}
      {...{ run, of, address, keeps, setKeeps, wanted, setWanted, isFiltered, setFiltered }}
      onFollowing={(is) => {
        isAtEnd.current = is;
      }}
      onNewest={() => {
        setRead(newest);
        if (newest !== undefined && asked !== undefined) address.setAttempt(newest);
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
  wanted: Wanted;
  setWanted: (wanted: Wanted) => void;
  isFiltered: boolean;
  setFiltered: (is: boolean) => void;
  onFollowing: (is: boolean) => void;
  onNewest: () => void;
};

function OneLog({ of, ...rest }: OneLogProps): ReactElement {
  const { run, keeps } = rest;
  const isOver = run.status === 'STOPPED' || (of.attempt !== undefined && of.attempt < run.attempt_count);
  return <LogView {...{ ...rest, isOver, ...useLog(of, keeps, isOver) }} />;
}

/** The log as it is asked for; until that is read, as it was before: who chooses other looks stays where they are. */
function useLog(
  of: LogOf,
  keeps: 'end' | 'start',
  isOver: boolean,
): { of: LogOf; store: LogStore; snapshot: Snapshot } {
  const session = useMemo(() => new LogSession(createSource(of), keeps), [of, keeps]);
  useEffect(() => {
    session.setOver(isOver);
  }, [session, isOver]);
  useEffect(() => session.start(), [session]);
  const snapshot = useSyncExternalStore(session.subscribe, session.get);
  const [shown, setShown] = useState({ of, session });
  if (shown.session === session) return { of, store: session.store, snapshot };
  if (hasRead(snapshot.state)) setShown({ of, session });
  return { of: shown.of, store: shown.session.store, snapshot: { ...shown.session.get(), state: snapshot.state } };
}

function useAddress(): Address {
  const navigate = useNavigate();
  const hash = useLocation({ select: (location) => location.hash });
  const query: Search = useQuery({ strict: false });
  const lines = useMemo(() => linesOf(hash), [hash]);
  const text = one(query, 'log_search') ?? '';
  const isRegex = one(query, 'log_regex') === 'true';
  const isCaseSensitive = one(query, 'log_case') === 'true';
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
      wanted: { text, isRegex, isCaseSensitive },
      setLines: (to) => {
        void navigate({
          to: '.',
          search: (before: Search) => before,
          ...{ hash: hashOf(to), replace: true, resetScroll: false, hashScrollIntoView: false },
        });
      },
      setWanted: (to) => {
        const has = (is: boolean): string | undefined => (is && to.text !== '' ? 'true' : undefined);
        change({ log_search: to.text, log_regex: has(to.isRegex), log_case: has(to.isCaseSensitive) });
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
  }, [navigate, lines, text, isRegex, isCaseSensitive]);
}

/** What is looked for comes to the address when the typing rests. */
function useWantedInAddress(wanted: Wanted, { setWanted }: Address): void {
  const told = useRef(wanted);
  useEffect(() => {
    if (wanted === told.current) return;
    const timer = setTimeout(() => {
      told.current = wanted;
      setWanted(wanted);
    }, 300);
    return () => {
      clearTimeout(timer);
    };
  }, [wanted, setWanted]);
}
