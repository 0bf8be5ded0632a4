/** The lines of a log: only those in view are drawn, and the one on top stays there whatever happens to the others. */
import { defaultRangeExtractor, useVirtualizer, type Range as Rows } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
} from 'react';
import type { Settings } from '../settings/settings';
import type { Lines } from './anchor';
import { plainOf } from './lines';
import { foldChars, LogRow } from './LogRow';
import { textBetween, wholeOf, type Selected } from './range';
import { lowerBound, marksIn } from './search';
import type { Snapshot } from './session';
import type { LogStore } from './store';
import type { Follow } from './useFollow';
import type { Found } from './useSearch';
import { useSelected } from './useSelected';

export const rowPx = 18;
const overscan = 30;
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
  const { leave } = follow;
  const leaving = useRef(leave);
  useEffect(() => {
    leaving.current = leave;
  });
  const onSelect = useCallback(() => {
    leaving.current();
  }, []);
  const selected = useSelected(rows, onSelect);
  const { first } = store;
  const count = filter === null ? store.kept : filter.length;
  const lineAt = (index: number): number => (filter === null ? first + index : (filter[index] ?? 0));
  const indexOf = (line: number): number => (filter === null ? Math.max(0, line - first) : lowerBound(filter, line));
  const columns = useColumns(scroller, wraps, props.isShown, store.last);

  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of ours is memoized by React's compiler
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (wraps ? wrappedPx(store.lengthOf(lineAt(index)), columns) : rowPx),
    overscan,
    // Sizes belong to lines, not to places: the oldest may go. It changes only when lines do.
    getItemKey: useCallback(
      (index: number) => (filter === null ? first + index : (filter[index] ?? 0)),
      [first, filter],
    ),
    // Where a selection begins and ends must stay in the page, or the browser forgets it.
    rangeExtractor: (range: Rows) => withPlaces(range, selected, indexOf),
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _, { scrollOffset }) =>
    !follow.isFollowing && item.start < (scrollOffset ?? 0);

  // The line on top, and how much of it is above: after all that changes what is above it, it is put there again.
  const anchor = useRef({ line: 1, offset: 0 });
  const note = (): void => {
    const top = scroller.current?.scrollTop ?? 0;
    const item = virtualizer.getVirtualItemForOffset(top);
    if (item !== undefined) anchor.current = { line: lineAt(item.index), offset: top - item.start };
  };
  const arrangement = `${first} ${wraps} ${columns} ${filter === null}`;
  const arranged = useRef(arrangement);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (arranged.current !== arrangement) {
      if (!arranged.current.endsWith(arrangement.slice(arrangement.indexOf(' ')))) virtualizer.measure();
      arranged.current = arrangement;
      const { line, offset } = anchor.current;
      const index = Math.min(indexOf(line), count - 1);
      const start = index < 0 ? 0 : (virtualizer.getOffsetForIndex(index, 'start')?.[0] ?? 0);
      if (!follow.isFollowing) element.scrollTop = start + (lineAt(index) === line ? offset : 0);
      follow.moved();
    }
    follow.pin();
  });

  const toLine = (line: number): void => {
    virtualizer.scrollToIndex(indexOf(line), { align: 'center' });
    follow.moved();
    note();
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
    leaving.current();
    toLine(lines.from);
  });
  useImperativeHandle(handle, () => ({
    toPlace: (place) => {
      if (place === null) return;
      const at = columnOf(place);
      if (at > (limits.get(place.line) ?? foldChars)) unfold(place.line, at + 1000);
      toLine(place.line);
      requestAnimationFrame(() => {
        scroller.current?.querySelector('mark[data-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        follow.moved();
      });
    },
    topLine: () => anchor.current.line,
    named: (lines) => {
      known.current = lines;
    },
  }));

  function columnOf({ line, inLine }: { line: number; inLine: number }): number {
    const { pattern } = found;
    if (pattern === null) return 0;
    return marksIn(plainOf(store.line(line) ?? '', hasTimes), pattern)[inLine]?.[1] ?? 0;
  }
  function unfold(line: number, to: number): void {
    setLimits((before) => new Map(before).set(line, to));
  }
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
      follow.leave();
      setAll(true);
      // Something has to be selected for the browser to copy at all.
      if (rows.current !== null) document.getSelection()?.selectAllChildren(rows.current);
    } else if (!isCommand && event.key !== 'Shift') setAll(false);
  };
  const onCopy = (event: ClipboardEvent): void => {
    const what = isAll ? wholeOf(store) : selected;
    if (what === null) return;
    event.preventDefault();
    const text = textBetween(store, what, hasTimes, filter ?? undefined);
    if (text !== null) event.clipboardData.setData('text/plain', text);
    else copy(what);
  };

  const current = found.current === null ? null : (found.search?.place(found.current) ?? null);
  const items = virtualizer.getVirtualItems();
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
        onScroll={note}
        onKeyDown={onKey}
        onCopy={onCopy}
        onPointerDown={() => {
          setAll(false);
        }}
      >
        <div ref={rows} className="log-rows" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const line = lineAt(index);
            return (
              <LogRow
                key={key}
                {...{ line, hasTimes, hasColours, wraps, index }}
                printed={store.line(line) ?? ''}
                pattern={found.pattern}
                current={current?.line === line ? current.inLine : -1}
                isMarked={marked !== null && marked.from <= line && line <= marked.to}
                limit={limits.get(line) ?? foldChars}
                top={start}
                measure={wraps ? virtualizer.measureElement : undefined}
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

function withPlaces(range: Rows, selected: Selected | null, indexOf: (line: number) => number): number[] {
  const drawn = defaultRangeExtractor(range);
  if (selected === null) return drawn;
  const kept = [selected.from.line, selected.to.line].map(indexOf).filter((index) => index < range.count);
  return [...new Set([...drawn, ...kept])].sort((a, b) => a - b);
}

/** Nearly: rows that are drawn are measured. */
function wrappedPx(chars: number, columns: number): number {
  return rowPx * Math.max(1, Math.ceil(Math.min(chars, foldChars) / columns));
}

/** How many characters a wrapped row has; 1 where rows are not wrapped. */
function useColumns(
  scroller: RefObject<HTMLDivElement | null>,
  wraps: boolean,
  isShown: boolean,
  last: number,
): number {
  const [columns, setColumns] = useState(1);
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
  return wraps ? columns : 1;
}
