/** Which runs of a list are selected: through pages and news, until the filters change. */
import { useCallback, useState } from 'react';
import { choose, chooseAll } from './range';

const none: ReadonlySet<string> = new Set();
type Selection = { of: string; chosen: ReadonlySet<string>; from: string | null };

export type Selecting = {
  chosen: ReadonlySet<string>;
  onChoose: (id: string, isChosen: boolean, isRange: boolean) => void;
  onChooseAll: (isChosen: boolean) => void;
  clear: () => void;
};

/** `of`: the filters, as a text. `shown`: ids in their order; the same array while they are the same. */
export function useSelection(of: string, shown: readonly string[]): Selecting {
  const [kept, setKept] = useState<Selection>({ of, chosen: none, from: null });
  const selection = kept.of === of ? kept : { of, chosen: none, from: null };
  const change = useCallback(
    (next: (now: Selection) => Omit<Selection, 'of'>) => {
      setKept((now) => ({ of, ...next(now.of === of ? now : { of, chosen: none, from: null }) }));
    },
    [of],
  );
  return {
    chosen: selection.chosen,
    onChoose: useCallback(
      (id, isChosen, isRange) => {
        change(({ chosen, from }) => ({
          chosen: choose(chosen, shown, { id, from: isRange ? from : null, isChosen }),
          from: id,
        }));
      },
      [change, shown],
    ),
    onChooseAll: useCallback(
      (isChosen) => {
        change(({ chosen }) => ({ chosen: chooseAll(chosen, shown, isChosen), from: null }));
      },
      [change, shown],
    ),
    clear: useCallback(() => {
      change(() => ({ chosen: none, from: null }));
    }, [change]),
  };
}
