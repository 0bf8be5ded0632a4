/** The lines of a log: only those in view are drawn, and the one on top stays there whatever happens to the others. */
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
} from 'react';
import { flushSync } from 'react-dom';
import type { Settings } from '../settings/settings';
import type { Lines } from './anchor';
import { plainOf } from './lines';
import { foldChars, LogRow } from './LogRow';
import { isNothing, textBetween, wholeOf, type Selected } from './range';
import { marksIn } from './search';
import type { Snapshot } from './session';
import type { LogStore } from './store';
import type { Follow } from './useFollow';
import type { Found } from './useSearch';
import { selectedIn, useSelected } from './useSelected';
import { LogWindow } from './window';

/** A click on the end of a folded line shows so much more of it. */
const unfoldChars = 100_000;

export type LinesHandle = {
  toPlace: (place: { line: number; inLine: number } | null) => void;
  topLine: () => number;
  /** Lines that the reader has clicked on: nothing is scrolled for them. */
  named: (lines: Lines) => void;
};

type Props = {
  store: LogStore;
  snapshot: Snapshot;
  found: Found;
  follow: Follow;
  scroller: RefObject<HTMLDivElement | null>;
  settings: Settings;
  hasTimes: boolean;
  /** Only these are shown; null: all. */
  filter: readonly number[] | null;
  marked: Lines | null;
  isShown: boolean;
  handle: RefObject<LinesHandle | null>;
  onNumber: (line: number, event: MouseEvent) => void;
  copy: (selected: Selected) => void;
};

export function LogLines(props: Props): ReactElement {
  const { store, snapshot, found, follow, scroller, settings, hasTimes, filter, marked, handle, onNumber, copy } =
    props;
  const { logWrap: wraps, logColours: hasColours } = settings;
  const rows = useRef<HTMLDivElement>(null);
  const [limits, setLimits] = useState<ReadonlyMap<number, number>>(new Map());
  const [isAll, setAll] = useState(false);
  const { isFollowing, isNow, leave, moved, scrolled } = follow;
  const onUnselect = useCallback(() => {
    setAll(false);
  }, []);
  const selected = useSelected(rows, leave, onUnselect);
  const columns = useColumns(scroller, wraps, props.isShown, store.last);
  const [view] = useState(() => new LogWindow());
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  view.arrange({
    first: store.first,
    count: filter === null ? store.kept : filter.length,
    filter,
    columns,
    // What is folded has no height.
    lengthOf: (line) => Math.min(store.lengthOf(line), foldChars),
  });

  // The page scrolls to where the window is, and the window is where the reader scrolls to.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !props.isShown) return;
    view.resized(element.clientHeight);
    let isChanged = false;
    for (const row of columns === null ? [] : (rows.current?.children ?? [])) {
      const height = row.getBoundingClientRect().height;
      if (view.measured(Number(row.getAttribute('data-index')), height)) isChanged = true;
    }
    if (isChanged && rows.current !== null) rows.current.style.height = `${view.totalPx}px`;
    const top = view.topPx(isNow());
    if (Math.abs(element.scrollTop - top) >= 1) element.scrollTo({ top });
    moved();
    // What is measured moves other rows.
    if (isChanged) redraw();
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = (): void => {
      const before = view.topLine;
      view.scrolled(element.scrollTop);
      // Who follows no more is not drawn as one who does.
      flushSync(() => {
        scrolled();
        if (view.topLine !== before) redraw();
      });
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(() => {
      redraw();
    });
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scroller, view, scrolled]);

  const toLine = (line: number): void => {
    const element = scroller.current;
    if (element === null) return;
    view.centre(line);
    view.chosen(view.topPx(false));
    element.scrollTo({ top: view.topPx(false) });
    moved();
    redraw();
  };
  // Lines that the address names are gone to when they are there; not those that the reader has clicked on.
  const awaited = useRef(marked);
  const known = useRef(marked);
  useEffect(() => {
    if (marked !== null && (known.current?.from !== marked.from || known.current.to !== marked.to))
      awaited.current = marked;
    known.current = marked;
  }, [marked]);
  useEffect(() => {
    const { current: lines } = awaited;
    if (lines === null || lines.from > store.last) return;
    awaited.current = null;
    leave();
    // After the router, which puts back how far all was scrolled when an address has been changed.
    requestAnimationFrame(() => {
      toLine(lines.from);
    });
  });
  function columnOf({ line, inLine }: { line: number; inLine: number }): number {
    const { pattern } = found;
    if (pattern === null) return 0;
    return marksIn(plainOf(store.line(line) ?? '', hasTimes), pattern)[inLine]?.[1] ?? 0;
  }
  function unfold(line: number, to: number): void {
    setLimits((before) => new Map(before).set(line, to));
  }
  useImperativeHandle(handle, () => ({
    toPlace: (place) => {
      if (place === null) return;
      const at = columnOf(place);
      if (at > (limits.get(place.line) ?? foldChars)) unfold(place.line, at + 1000);
      toLine(place.line);
      requestAnimationFrame(() => {
        scroller.current?.querySelector('mark[data-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        moved();
      });
    },
    topLine: () => view.topLine,
    named: (lines) => {
      known.current = lines;
    },
  }));

  const more = useCallback((line: number) => {
    setLimits((before) => new Map(before).set(line, (before.get(line) ?? foldChars) + unfoldChars));
  }, []);
  const numbered = useRef(onNumber);
  useEffect(() => {
    numbered.current = onNumber;
  });
  const onLineNumber = useCallback((line: number, event: MouseEvent) => {
    numbered.current(line, event);
  }, []);

  const onKey = (event: KeyboardEvent): void => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      leave();
      setAll(true);
      // Something has to be selected for the browser to copy at all.
      if (rows.current !== null) document.getSelection()?.selectAllChildren(rows.current);
    } else if (!isCommand && event.key !== 'Shift') setAll(false);
  };
  const onCopy = (event: ClipboardEvent): void => {
    // Whoever is quick copies before the browser has told what is selected.
    const now = rows.current === null ? null : selectedIn(rows.current);
    const what = isAll ? wholeOf(store) : (now ?? selected);
    if (what === null || what === 'elsewhere' || isNothing(what)) return;
    event.preventDefault();
    const text = textBetween(store, what, hasTimes, filter ?? undefined);
    if (text !== null) event.clipboardData.setData('text/plain', text);
    else copy(what);
  };

  const current = found.current === null ? null : (found.search?.place(found.current) ?? null);
  const drawn = view.drawn(isFollowing, selected === null ? [] : [selected.from.line, selected.to.line]);
  return (
    <>
      <div
        ref={scroller}
        className="log-scroll"
        role="region"
        aria-label="Log"
        tabIndex={0}
        hidden={!props.isShown}
        data-all={isAll ? true : undefined}
        style={{ '--log-number-width': `${Math.max(5, String(store.last).length + 2)}ch` } as React.CSSProperties}
        onKeyDown={onKey}
        onCopy={onCopy}
        onPointerDown={() => {
          setAll(false);
        }}
      >
        <div ref={rows} className="log-rows" style={{ height: view.totalPx }}>
          {drawn.map((index) => {
            const line = view.lineAt(index);
            return (
              <LogRow
                key={line}
                {...{ line, hasTimes, hasColours, wraps, index }}
                printed={store.line(line) ?? ''}
                pattern={found.pattern}
                current={current?.line === line ? current.inLine : -1}
                isMarked={marked !== null && marked.from <= line && line <= marked.to}
                limit={limits.get(line) ?? foldChars}
                top={view.startOf(index)}
                onNumber={onLineNumber}
                onMore={more}
              />
            );
          })}
        </div>
      </div>
      <MissingLine {...{ marked, store, snapshot }} />
    </>
  );
}

/** Why lines that the address names are not to be seen. */
function MissingLine({ marked, store, snapshot }: Pick<Props, 'marked' | 'store' | 'snapshot'>): ReactElement | null {
  if (marked === null || (marked.from >= store.first && marked.from <= store.last)) return null;
  const isEnd = snapshot.state.kind === 'ended';
  const why = marked.from < store.first ? 'is not kept here' : isEnd ? 'does not exist' : 'is not written yet';
  return (
    <p className="log-bar" role="status" data-below>
      Line {marked.from.toLocaleString('en')} {why}
    </p>
  );
}

/** How many characters a wrapped row has; null where rows are not wrapped. */
function useColumns(
  scroller: RefObject<HTMLDivElement | null>,
  wraps: boolean,
  isShown: boolean,
  last: number,
): number | null {
  const [columns, setColumns] = useState(80);
  const digits = Math.max(5, String(last).length + 2);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !wraps || !isShown) return;
    const canvas = document.createElement('canvas').getContext('2d');
    if (canvas !== null) canvas.font = getComputedStyle(element).font;
    const charPx = canvas?.measureText('0'.repeat(100)).width ?? 720;
    const observer = new ResizeObserver(() => {
      setColumns(Math.max(10, Math.floor(((element.clientWidth - 8) * 100) / charPx) - digits));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [scroller, wraps, isShown, digits]);
  return wraps ? columns : null;
}
