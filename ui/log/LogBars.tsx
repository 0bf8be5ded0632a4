/** What is said above and below the lines: what is not kept, what is going on, where the end is. */
import { Button, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Icon } from '../parts/icons';
import { useNow } from '../parts/now';
import type { Run } from './LogTab';
import type { ReaderState } from './reader';
import type { Snapshot } from './session';
import { rawAddress, type LogOf } from './source';
import type { LogStore } from './store';
import type { Follow } from './useFollow';

type BarsProps = {
  run: Run;
  of: LogOf;
  store: LogStore;
  snapshot: Snapshot;
  keeps: 'end' | 'start';
  setKeeps: (keeps: 'end' | 'start') => void;
  onNewest: () => void;
};

const number = (count: number): string => count.toLocaleString('en');

export function LogBars({ run, of, store, snapshot: { state }, keeps, setKeeps, onNewest }: BarsProps): ReactElement {
  const newest = run.attempt_count;
  return (
    <>
      {of.attempt !== undefined && of.attempt < newest && (
        <div className="log-bar">
          This is attempt {of.attempt} of {newest}
          <button type="button" className="log-more" onClick={onNewest}>
            Show attempt {newest}
          </button>
        </div>
      )}
      {store.first > 1 && (
        <div className="log-bar">
          Lines 1–{number(store.first - 1)} are not kept here
          <button
            type="button"
            className="log-more"
            onClick={() => {
              setKeeps('start');
            }}
          >
            Load from start
          </button>
          <a href={rawAddress(of)} download={fileName(run, of)}>
            Download
          </a>
        </div>
      )}
      {keeps === 'start' && (
        <div className="log-bar">
          {state.kind === 'full' ? `Lines after ${number(store.last)} are not kept here` : 'Loaded from the start'}
          <button
            type="button"
            className="log-more"
            onClick={() => {
              setKeeps('end');
            }}
          >
            Load the end
          </button>
          <a href={rawAddress(of)} download={fileName(run, of)}>
            Download
          </a>
        </div>
      )}
    </>
  );
}

function fileName({ alias, run_id: runId }: Run, { attempt }: LogOf): string {
  return `${[alias, runId, ...(attempt === undefined ? [] : [attempt])].join('-')}.log`;
}

type FootProps = { run: Run; of: LogOf; store: LogStore; snapshot: Snapshot; follow: Follow };

export function LogFoot({ run, of, store, snapshot, follow }: FootProps): ReactElement {
  const { state, total } = snapshot;
  const fresh = store.last - follow.leftAt;
  const isGrowing = run.status !== 'STOPPED' && state.kind !== 'reading' && state.kind !== 'ended';
  return (
    <div className="log-bar" data-below>
      <span>
        {state.kind === 'ended' ? `End · ${number(total ?? store.last)} ${store.last === 1 ? 'line' : 'lines'}` : null}
        {state.kind === 'trouble' ? <Trying state={state} /> : null}
        {state.kind !== 'ended' && state.kind !== 'trouble' ? `${doing(state)} · ${number(store.last)} lines` : null}
      </span>
      <a href={rawAddress(of)} download={fileName(run, of)}>
        <Icon name="download" size={14} />
        &nbsp;Plain text
      </a>
      <SpokenCount last={store.last} />
      {!follow.isFollowing && fresh > 0 && isGrowing && (
        <Button className="log-jump" size="xs" onClick={follow.follow}>
          {number(fresh)} new {fresh === 1 ? 'line' : 'lines'} · Follow
        </Button>
      )}
    </div>
  );
}

function doing(state: Exclude<ReaderState, { kind: 'ended' | 'trouble' }>): string {
  switch (state.kind) {
    case 'reading':
      return 'Reading';
    case 'live':
      return 'Live';
    case 'polling':
      return 'Asking every 2 s: other tabs have the live streams';
    case 'collecting':
      return 'Run ended, collecting last lines';
    case 'paused':
      return 'Paused while nobody looks';
    case 'full':
      return 'No more is kept here';
    case 'refused':
      return state.sentence;
  }
}

function Trying({ state: { sentence, retryAt } }: { state: Extract<ReaderState, { kind: 'trouble' }> }): ReactElement {
  const now = useNow();
  const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - now) / 1000));
  return (
    <span title={sentence}>
      Log service does not answer, {seconds === null ? 'trying again' : `next try in ${seconds} s`} · {sentence}
    </span>
  );
}

/** Whoever listens to the page hears how long the log is, and not of each line. */
const speakMs = 10_000;

function SpokenCount({ last }: { last: number }): ReactElement {
  const [spoken, setSpoken] = useState('');
  const newest = useRef(last);
  useEffect(() => {
    newest.current = last;
  });
  useEffect(() => {
    const timer = setInterval(() => {
      setSpoken(`${number(newest.current)} lines in the log`);
    }, speakMs);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return <VisuallyHidden aria-live="polite">{spoken}</VisuallyHidden>;
}
