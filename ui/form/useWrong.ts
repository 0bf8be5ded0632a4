/** What is wrong with a form: the first of its fields that is gets the focus, and what is said of a field goes when it is changed. */
import { useEffect, useRef, useState } from 'react';
import { focusField } from './ids';
import { without, type Fault } from './rules';

/** `rest`: sentences that belong to no field. */
export type Wrong = { faults: readonly Fault[]; rest: readonly string[] };

export type UseWrong = {
  wrong: Wrong;
  show: (wrong: Wrong) => void;
  /** Fields have been changed. */
  forget: (fields: readonly string[]) => void;
};

/** `inOrder`: as the page has them. */
export function useWrong(inOrder: (faults: readonly Fault[]) => Fault[]): UseWrong {
  const [wrong, setWrong] = useState<Wrong>({ faults: [], rest: [] });
  // The fields get the focus when they show what is wrong.
  const toFocus = useRef<string | null>(null);
  useEffect(() => {
    if (toFocus.current !== null) focusField(toFocus.current);
    toFocus.current = null;
  }, [wrong]);
  return {
    wrong,
    show: ({ faults, rest }) => {
      const ordered = inOrder(faults);
      toFocus.current = ordered[0]?.field ?? null;
      setWrong({ faults: ordered, rest });
    },
    forget: (fields) => {
      setWrong((now) => ({ faults: without(now.faults, fields), rest: [] }));
    },
  };
}
