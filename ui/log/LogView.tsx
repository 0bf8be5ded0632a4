/** A log as it is seen: what is above it, its lines, what is below it. */
import { useEffect, useRef, useState, type MouseEvent, type ReactElement } from 'react';
import { serverNow } from '../api/clock';
import { lookOf } from '../parts/status';
import { useSettings } from '../settings/settings';
import { clicked } from './anchor';
import { whyNoLog } from './causes';
import { copyLines } from './copy';
import { LogBars, LogFoot } from './LogBars';
import { LogLines, type LinesHandle } from './LogLines';
import { LogToolbar } from './LogToolbar';
import type { Address, Run } from './LogTab';
import { wholeOf, type Selected } from './range';
import type { Wanted } from './search';
import type { Snapshot } from './session';
import type { LogOf } from './source';
import type { LogStore } from './store';
import { useFollow } from './useFollow';
import { useSearch } from './useSearch';

type Props = {
  run: Run;
  of: LogOf;
  isOver: boolean;
  store: LogStore;
  snapshot: Snapshot;
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

export function LogView(props: Props): ReactElement {
  const { run, of, isOver, store, snapshot, address, keeps, wanted, setWanted, isFiltered, setFiltered, onFollowing } =
    props;
  const settings = useSettings();
  const [said, setSaid] = useState('');
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useRef<LinesHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const isFailed = lookOf(run).tone === 'failed';
  const [startsAtEnd] = useState(() => keeps === 'end' && address.lines === null && (!isOver || isFailed));
  const follow = useFollow(scroller, startsAtEnd, () => store.last);
  const found = useSearch(store, snapshot, wanted, of.hasTimes);
  const { isFollowing } = follow;
  useEffect(() => {
    onFollowing(isFollowing || store.last === 0);
  }, [onFollowing, isFollowing, store, snapshot]);
  useFindKey(box, field);

  const go = (to: number): void => {
    const { search } = found;
    if (search === null || search.total === 0) return;
    const number = (to + search.total) % search.total;
    found.go(number);
    follow.leave();
    lines.current?.toPlace(search.place(number));
  };
  // The first place is gone to by itself, once, when it is found.
  const sought = useRef(address.lines === null ? null : wanted);
  useEffect(() => {
    const { search, isBusy } = found;
    if (search === null || sought.current === wanted || search.total === 0 || isBusy) return;
    sought.current = wanted;
    go(search.firstFrom(lines.current?.topLine() ?? store.first));
  });

  const copy = (what: Selected): void => {
    void copyLines(store, what, of.hasTimes, found.search !== null && isFiltered ? found.search.lines : undefined).then(
      setSaid,
    );
  };
  const onNumber = (line: number, event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    follow.leave();
    const next = clicked(line, address.lines, event.shiftKey);
    lines.current?.named(next);
    address.setLines(next);
  };

  return (
    <div ref={box} className="log-colours">
      <LogToolbar
        {...{ run, of, found, wanted, setWanted, isFiltered, setFiltered, go, field, follow, said, settings, address }}
        onCopyAll={() => {
          copy(wholeOf(store));
        }}
      />
      <div className="log-box">
        <LogBars {...{ ...props, follow }} />
        {store.last === 0 ? (
          <p role="status" className="log-bar">
            {snapshot.state.kind === 'reading'
              ? 'Reading the log …'
              : whyNoLog(run, of.attempt, snapshot.state.kind === 'ended', serverNow())}
          </p>
        ) : null}
        <LogLines
          {...{ store, snapshot, found, follow, scroller, settings, onNumber, copy }}
          isShown={store.last > 0}
          handle={lines}
          hasTimes={of.hasTimes}
          filter={isFiltered ? (found.search?.lines ?? null) : null}
          marked={address.lines}
        />
        <LogFoot {...{ of, run, store, snapshot, follow }} />
      </div>
    </div>
  );
}

function isInDialog(): boolean {
  return (document.activeElement?.closest('[role=dialog]') ?? null) !== null;
}

/** Ctrl or ⌘ with F searches here; pressed again, it is the browser's. */
function useFindKey(
  box: React.RefObject<HTMLDivElement | null>,
  field: React.RefObject<HTMLInputElement | null>,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isFind =
        (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'f';
      if (!isFind || field.current === null || box.current?.checkVisibility() !== true) return;
      // In a dialog over the page it is not for the log.
      if (document.activeElement === field.current || isInDialog()) return;
      event.preventDefault();
      field.current.focus();
      field.current.select();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [box, field]);
}
