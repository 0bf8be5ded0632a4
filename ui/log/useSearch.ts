/** The search of a log, kept going while the log grows; what it finds is read as it is found. */
import { useEffect, useMemo, useReducer, useState } from 'react';
import { again } from '../app/again';
import { Search, textPattern, type Pattern, type Wanted } from './search';
import type { Snapshot } from './session';
import type { LogStore } from './store';

/** So long at a time, so that the page can draw and be typed into. */
const sliceMs = 10;

export type Found = {
  pattern: Pattern | null;
  error: string | null;
  search: Search | null;
  /** Lines are left to be searched. */
  isBusy: boolean;
  /** The number of the current place, from 0; null before the first. */
  current: number | null;
  go: (to: number) => void;
};

export function useSearch(store: LogStore, { version }: Snapshot, wanted: Wanted, hasTimes: boolean): Found {
  const compiled = usePattern(wanted);
  const error = compiled !== null && 'error' in compiled ? compiled.error : null;
  const pattern = compiled === null || 'error' in compiled ? null : compiled;
  const search = useMemo(() => (pattern === null ? null : new Search(pattern, hasTimes)), [pattern, hasTimes]);
  const [place, setPlace] = useState<{ of: Search | null; number: number }>({ of: null, number: 0 });
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    if (search === null) {
      setBusy(false);
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gone = search.forget(store.first);
    if (gone > 0) setPlace((now) => ({ ...now, number: Math.max(0, now.number - gone) }));
    const slice = (): void => {
      const until = performance.now() + sliceMs;
      const isDone = search.step(store, () => performance.now() > until);
      setBusy(!isDone);
      redraw();
      if (!isDone) timer = setTimeout(slice);
    };
    slice();
    return () => {
      clearTimeout(timer);
    };
  }, [search, store, version]);

  return {
    pattern,
    error,
    search,
    isBusy,
    current:
      place.of === search && search !== null && search.total > 0 ? Math.min(place.number, search.total - 1) : null,
    go: (number) => {
      setPlace({ of: search, number });
    },
  };
}

type Compile = (text: string, isCaseSensitive: boolean) => Pattern | { error: string };

/** What to search for, or why that cannot be; null for nothing, and until regular expressions are loaded. */
function usePattern({ text, isRegex, isCaseSensitive }: Wanted): ReturnType<Compile> | null {
  const [regexPattern, setRegexPattern] = useState<Compile | null>(null);
  const isLoaded = regexPattern !== null;
  useEffect(() => {
    if (!isRegex || isLoaded) return;
    again(() => import('./regex')).then(
      (module) => {
        setRegexPattern(() => module.regexPattern);
      },
      () => {
        setRegexPattern(() => () => ({ error: 'Regular expressions could not be loaded: reload the page' }));
      },
    );
  }, [isRegex, isLoaded]);
  const compile = isRegex ? regexPattern : textPattern;
  return useMemo(
    () => (text === '' || compile === null ? null : compile(text, isCaseSensitive)),
    [text, compile, isCaseSensitive],
  );
}
