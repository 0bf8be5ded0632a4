/** Whether the end is followed: where the reader is decides, and nothing but the reader moves that. */
import { useEffect, useRef, useState, type RefObject } from 'react';

/** Two rows: so near to the end is at the end. */
const nearPx = 36;

export type Follow = {
  isFollowing: boolean;
  follow: () => void;
  leave: () => void;
  /** After the page itself has moved the log. */
  moved: () => void;
  /** What the log was when it was left, to count what has come since. */
  leftAt: number;
};

export function useFollow(scroller: RefObject<HTMLDivElement | null>, starts: boolean, last: () => number): Follow {
  const [isFollowing, setFollowing] = useState(starts);
  const [leftAt, setLeftAt] = useState(0);
  // Also asked between two drawings: a wheel's turn must not be undone by what comes at the same moment.
  const following = useRef(starts);
  const top = useRef(0);
  const lastLine = useRef(last);
  useEffect(() => {
    lastLine.current = last;
  });

  const set = (to: boolean): void => {
    if (following.current === to) return;
    following.current = to;
    setFollowing(to);
    if (!to) setLeftAt(lastLine.current());
  };
  const moved = (): void => {
    top.current = scroller.current?.scrollTop ?? 0;
  };
  const setter = useRef(set);
  useEffect(() => {
    setter.current = set;
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const done = new AbortController();
    const on = { signal: done.signal, passive: true };
    const isAtEnd = (): boolean => element.scrollHeight - element.scrollTop - element.clientHeight <= nearPx;
    // We move downwards only, and tell of it by `moved`: what goes up is the reader.
    element.addEventListener(
      'scroll',
      () => {
        const before = top.current;
        top.current = element.scrollTop;
        if (top.current < before - 1) setter.current(false);
        else if (top.current > before && isAtEnd()) setter.current(true);
      },
      on,
    );
    element.addEventListener(
      'wheel',
      ({ deltaY }) => {
        if (deltaY < 0) setter.current(false);
      },
      on,
    );
    let touchedAt = 0;
    element.addEventListener('touchstart', ({ touches }) => (touchedAt = touches[0]?.clientY ?? 0), on);
    element.addEventListener(
      'touchmove',
      ({ touches }) => {
        if ((touches[0]?.clientY ?? 0) > touchedAt) setter.current(false);
      },
      on,
    );
    element.addEventListener(
      'keydown',
      (event) => {
        const { key } = event;
        if (key === 'PageUp' || key === 'ArrowUp' || key === 'Home') setter.current(false);
        if (key !== 'End' || event.shiftKey) return;
        // The browser would go to where the end is now, slowly: lines may come meanwhile.
        event.preventDefault();
        setter.current(true);
      },
      { signal: done.signal },
    );
    return () => {
      done.abort();
    };
  }, [scroller]);

  return {
    isFollowing,
    follow: () => {
      set(true);
    },
    leave: () => {
      set(false);
    },
    moved,
    leftAt,
  };
}
