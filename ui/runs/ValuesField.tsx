/** The values of one filter. Each that is typed becomes a filter; where a part of it finds something, already while it is typed. */
import { TagsInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactElement } from 'react';

const asIs = (value: string): string => value;

const typingMs = 250;
const maxSuggested = 50;

export function ValuesField(of: {
  label: string;
  placeholder: string;
  values: readonly string[];
  suggestions: readonly string[];
  /** Hears of what is being typed. */
  onType?: (values: string[]) => void;
  onCommit: (values: string[]) => void;
  /** A value as it is kept, or why there is no such value. */
  read?: (text: string) => { entry: string } | { trouble: string };
  show?: (value: string) => string;
}): ReactElement {
  const { read, show = asIs, onType } = of;
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  /** What was there before somebody began to type. */
  const [before, setBefore] = useState<readonly string[] | null>(null);
  const timer = useRef<number | undefined>(undefined);
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
    },
    [],
  );
  const values = before ?? of.values;

  const type = (typed: string): void => {
    setText(typed);
    setTrouble(null);
    if (onType === undefined || (typed === '' && before === null)) return;
    const base = before ?? of.values;
    setBefore(typed === '' ? null : base);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      onType(typed.trim() === '' ? [...base] : [...base, typed.trim()]);
    }, typingMs);
  };

  const commit = (tags: string[]): void => {
    window.clearTimeout(timer.current);
    const kept = values.filter((value) => tags.includes(show(value)));
    const added = tags.filter((tag) => !values.some((value) => show(value) === tag)).map((tag) => tag.trim());
    const entries = added.map((tag) => (read === undefined ? { entry: tag } : read(tag)));
    const refused = entries.find((one) => 'trouble' in one);
    setBefore(null);
    if (refused !== undefined) {
      setTrouble(refused.trouble);
      return;
    }
    of.onCommit([...kept, ...entries.flatMap((one) => ('entry' in one && one.entry !== '' ? [one.entry] : []))]);
  };

  return (
    <TagsInput
      label={of.label}
      placeholder={values.length === 0 ? of.placeholder : ''}
      value={values.map(show)}
      searchValue={text}
      data={[...new Set(of.suggestions)].slice(0, maxSuggested)}
      error={trouble}
      splitChars={[]}
      openOnFocus={of.suggestions.length > 0}
      isDuplicate={(value, all) => all.includes(value)}
      onSearchChange={type}
      onChange={commit}
    />
  );
}
