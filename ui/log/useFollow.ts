/** Whether the end is followed: where the reader is decides, and nothing but the reader moves that. */
import { useEffect, useRef, useState, type RefObject } from 'react';

/** Two rows: so near to the end is at the end. */
const nearPx = 36;

/** `most`: as far as it can be scrolled. */
export type Scrolled = { top: number; most: number };

/** After the log has been scrolled by what is not the page: by wheel, scroll bar, keys, touch, whatever the browser has for that. */
export function followsAfter(isFollowing: boolean, before: Scrolled, now: Scrolled): boolean {
  // A log that is shorter than it was, or is seen through a higher window, takes its reader along.
  if (now.most < before.most && now.top >= now.most - 1) return isFollowing;
  if (now.top < before.top - 1) return false;
  return isFollowing || (now.top > before.top && now.most - now.top <= nearPx);
}

export type Follow = {
  isFollowing: boolean;
  /** Also between two drawings: a wheel's turn must not be undone by what comes at the same moment. */
  isNow: () => boolean;
  follow: () => void;
  leave: () => void;
  /** After the page itself has moved the log. */
  moved: () => void;
  /** After anything has; before the log is drawn where it is. */
  scrolled: () => void;
  /** What the log was when it was left, to count what has come since. */
  leftAt: number;
};

/** All of its functions stay the same ones. */
export function useFollow(scroller: RefObject<HTMLDivElement | null>, starts: boolean, last: () => number): Follow {
  const [isFollowing, setFollowing] = useState(starts);
  const [leftAt, setLeftAt] = useState(0);
  const lastLine = useRef(last);
  useEffect(() => {
    lastLine.current = last;
  });
  const [acts] = useState(() => {
    let isNow = starts;
    let at: Scrolled = { top: 0, most: 0 };
    const set = (to: boolean): void => {
      if (isNow !== to && !to) setLeftAt(lastLine.current());
      isNow = to;
      // Also where it is known: drawings that are waited for may be ahead of one that was asked for before.
      setFollowing(to);
    };
    const place = (): Scrolled => {
      const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = scroller.current ?? {};
      return { top: scrollTop, most: scrollHeight - clientHeight };
    };
    return {
      isNow: () => isNow,
      follow: () => {
        set(true);
      },
      leave: () => {
        set(false);
      },
      moved: () => {
        at = place();
      },
      scrolled: () => {
        const before = at;
        at = place();
        set(followsAfter(isNow, before, at));
      },
    };
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const done = new AbortController();
    const on = { signal: done.signal, passive: true };
    element.addEventListener(
      'wheel',
      ({ deltaY }) => {
        if (deltaY < 0) acts.leave();
      },
      on,
    );
    let touchedAt = 0;
    element.addEventListener('touchstart', ({ touches }) => (touchedAt = touches[0]?.clientY ?? 0), on);
    element.addEventListener(
      'touchmove',
      ({ touches }) => {
        if ((touches[0]?.clientY ?? 0) > touchedAt) acts.leave();
      },
      on,
    );
    element.addEventListener(
      'keydown',
      (event) => {
        const { key } = event;
        if (key === 'PageUp' || key === 'ArrowUp' || key === 'Home') acts.leave();
        if (key !== 'End' || event.shiftKey) return;
        // The browser would go to where the end is now, slowly: lines may come meanwhile.
        event.preventDefault();
        acts.follow();
      },
      { signal: done.signal },
    );
    return () => {
      done.abort();
    };
  }, [scroller, acts]);

  return { ...acts, isFollowing, leftAt };
}
