/** What is wrong with a form: the first of its fields that is gets the focus, else the summary; what is said of a field goes when it is changed. */
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
  // The focus goes there when it is on the page.
  const isNew = useRef(false);
  useEffect(() => {
    if (isNew.current) focusField(wrong.faults[0]?.field ?? null);
    isNew.current = false;
  }, [wrong]);
  return {
    wrong,
    show: ({ faults, rest }) => {
      isNew.current = faults.length + rest.length > 0;
      setWrong({ faults: inOrder(faults), rest });
    },
    forget: (fields) => {
      setWrong((now) => ({ faults: without(now.faults, fields), rest: [] }));
    },
  };
}
