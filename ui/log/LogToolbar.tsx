/** What one can do with a log: search it, choose how it looks, copy it. */
import { Button, Group, Text, TextInput } from '@mantine/core';
import type { KeyboardEvent, ReactElement, RefObject } from 'react';
import { Icon } from '../parts/icons';
import { changeSettings, type Settings } from '../settings/settings';
import type { Address, Run } from './LogTab';
import { countedTo, type Wanted } from './search';
import type { LogOf } from './source';
import type { Follow } from './useFollow';
import type { Found } from './useSearch';

type Props = {
  run: Run;
  of: LogOf;
  found: Found;
  wanted: Wanted;
  setWanted: (wanted: Wanted) => void;
  isFiltered: boolean;
  setFiltered: (is: boolean) => void;
  go: (to: number) => void;
  field: RefObject<HTMLInputElement | null>;
  follow: Follow;
  said: string;
  settings: Settings;
  address: Address;
  onCopyAll: () => void;
};

export function LogToolbar(props: Props): ReactElement {
  const { run, of, follow, said, settings, address, onCopyAll } = props;
  const { logWrap, logTimestamps, logColours } = settings;
  return (
    <Group gap="xs" mb="xs" role="group" aria-label="Log tools">
      <SearchTools {...props} />
      {run.attempt_count > 1 && (
        <select
          className="log-attempt"
          aria-label="Attempt"
          value={String(of.attempt ?? '')}
          onChange={({ currentTarget }) => {
            address.setAttempt(Number(currentTarget.value));
          }}
        >
          {Array.from({ length: run.attempt_count }, (_, at) => (
            <option key={at} value={at + 1}>
              Attempt {at + 1}
            </option>
          ))}
        </select>
      )}
      <Group gap={4} role="group" aria-label="How the log looks">
        <Toggle
          label="Follow"
          isOn={follow.isFollowing}
          onToggle={(is) => {
            if (is) follow.follow();
            else follow.leave();
          }}
        />
        <Toggle
          label="Wrap"
          isOn={logWrap}
          onToggle={(is) => {
            changeSettings({ logWrap: is });
          }}
        />
        <Toggle
          label="Timestamps"
          isOn={logTimestamps}
          onToggle={(is) => {
            changeSettings({ logTimestamps: is });
          }}
        />
        <Toggle
          label="Colours"
          isOn={logColours}
          onToggle={(is) => {
            changeSettings({ logColours: is });
          }}
        />
      </Group>
      <Button size="xs" variant="default" leftSection={<Icon name="copy" size={14} />} onClick={onCopyAll}>
        Copy all
      </Button>
      <Text component="span" size="sm" role="status">
        {said}
      </Text>
    </Group>
  );
}

function SearchTools({ found, wanted, setWanted, isFiltered, setFiltered, go, field }: Props): ReactElement {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      go(found.current === null ? 0 : found.current + (event.shiftKey ? -1 : 1));
    }
    if (event.key === 'Escape' && wanted.text !== '') {
      event.stopPropagation();
      setWanted({ ...wanted, text: '' });
    }
  };
  const step = (by: number): void => {
    go(found.current === null ? 0 : found.current + by);
  };
  const isNone = found.search === null || found.search.total === 0;
  return (
    <Group gap={4} role="search" aria-label="Search the log" align="center">
      <TextInput
        ref={field}
        size="xs"
        type="search"
        w={200}
        aria-label="Search the log"
        placeholder="Search"
        value={wanted.text}
        error={found.error}
        onChange={({ currentTarget }) => {
          setWanted({ ...wanted, text: currentTarget.value });
        }}
        onKeyDown={onKey}
      />
      <Toggle
        label="Aa"
        name="Match case"
        isOn={wanted.isCaseSensitive}
        onToggle={(isCaseSensitive) => {
          setWanted({ ...wanted, isCaseSensitive });
        }}
      />
      <Toggle
        label=".*"
        name="Regular expression"
        title="Regular expression, as RE2 has them: without looking ahead or behind, without references back. Of a very long line, its beginning is searched."
        isOn={wanted.isRegex}
        onToggle={(isRegex) => {
          setWanted({ ...wanted, isRegex });
        }}
      />
      {found.search !== null && (
        <>
          <Text component="span" size="sm" className="number" role="status" aria-label="Places found">
            {countOf(found)}
          </Text>
          <Button
            size="compact-sm"
            fz="xs"
            variant="default"
            aria-label="Previous place"
            disabled={isNone}
            onClick={() => {
              step(-1);
            }}
          >
            ↑
          </Button>
          <Button
            size="compact-sm"
            fz="xs"
            variant="default"
            aria-label="Next place"
            disabled={isNone}
            onClick={() => {
              step(1);
            }}
          >
            ↓
          </Button>
          <Toggle label="Only matching lines" isOn={isFiltered} onToggle={setFiltered} />
        </>
      )}
    </Group>
  );
}

function countOf({ search, current, isBusy }: Found): string {
  const total = search?.total ?? 0;
  if (total === 0) return isBusy ? 'Searching …' : 'Not found';
  const all = total > countedTo ? `${countedTo.toLocaleString('en')}+` : total.toLocaleString('en');
  return current === null ? all : `${(current + 1).toLocaleString('en')} of ${all}`;
}

type ToggleProps = { label: string; name?: string; title?: string; isOn: boolean; onToggle: (is: boolean) => void };

function Toggle({ label, name, title = name, isOn, onToggle }: ToggleProps): ReactElement {
  return (
    <Button
      className="log-toggle"
      size="compact-sm"
      fz="xs"
      variant={isOn ? 'filled' : 'default'}
      aria-pressed={isOn}
      aria-label={name}
      title={title}
      onClick={() => {
        onToggle(!isOn);
      }}
    >
      {label}
    </Button>
  );
}
