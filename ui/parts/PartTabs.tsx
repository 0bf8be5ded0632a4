/** The parts of a page as tabs: `?tab=` of the address says which, and the first where it says none. */
import { Tabs } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { one, type Search } from '../app/search';

type Props = {
  label: string;
  /** The names of the parts by their values in the address, in their order. */
  parts: Readonly<Record<string, string>>;
  /** `search`: of the address where the chosen part is shown. */
  onChoose: (search: Search) => void;
  /** A `Tabs.Panel` for each part. */
  children: ReactNode;
};

export function PartTabs({ label, parts, onChoose, children }: Props): ReactElement {
  const search: Search = useSearch({ strict: false });
  const names = Object.keys(parts);
  const [first = ''] = names;
  return (
    <Tabs
      value={names.find((name) => name === one(search, 'tab')) ?? first}
      keepMounted={false}
      onChange={(chosen) => {
        onChoose({ ...search, tab: chosen === first || chosen === null ? undefined : chosen });
      }}
    >
      <Tabs.List aria-label={label} mb="md">
        {names.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {parts[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {children}
    </Tabs>
  );
}
