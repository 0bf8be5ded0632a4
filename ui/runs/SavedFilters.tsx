/** Filters by name, kept in this browser. */
import { ActionIcon, Anchor, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { parseSearch, stringifySearch } from '../app/search';
import { Icon } from '../parts/icons';
import { searchOf, viewOf, type View } from './filter';
import { forget, maxSaved, save, savedFrom, secretIn, type Saved } from './saved';

const storageKey = 'flotilla-run-filters';

function kept(): Saved[] {
  try {
    return savedFrom(localStorage.getItem(storageKey));
  } catch {
    // Storage may be forbidden.
    return [];
  }
}

function keep(filters: readonly Saved[]): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(filters));
  } catch {
    // Then they hold until the page is closed.
  }
}

export function SavedFilters({ view, onApply }: { view: View; onApply: (view: View) => void }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [filters, setFilters] = useState(kept);
  const [name, setName] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const change = (next: Saved[]): void => {
    setFilters(next);
    keep(next);
  };
  const add = (): void => {
    if (name.trim() === '') {
      setTrouble('Give it a name');
      return;
    }
    const secret = secretIn(view.filter);
    if (secret !== null) {
      setTrouble(`${secret} may be a secret: remove that filter first`);
      return;
    }
    const query = stringifySearch(searchOf({ ...view, page: 1 }, {}));
    // Another tab may have changed them.
    const next = save(kept(), { name: name.trim(), query });
    setTrouble(next === null ? `There are ${maxSaved} already: delete one first` : null);
    if (next === null) return;
    change(next);
    setName('');
  };
  return (
    <Popover position="bottom-end" trapFocus returnFocus opened={isOpen} onChange={setOpen} width={300}>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setFilters(kept());
            setOpen(!isOpen);
          }}
        >
          Saved filters
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved filters">
        <Stack gap="xs">
          {filters.length === 0 && (
            <Text size="sm" c="dimmed">
              None yet. This browser keeps those that you save here.
            </Text>
          )}
          {filters.map((saved) => (
            <Group key={saved.name} justify="space-between" wrap="nowrap">
              <Anchor
                component="button"
                type="button"
                size="sm"
                ta="start"
                mih={24}
                onClick={() => {
                  onApply(viewOf(parseSearch(saved.query)));
                  setOpen(false);
                }}
              >
                {saved.name}
              </Anchor>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Delete saved filter ${saved.name}`}
                onClick={() => {
                  change(forget(kept(), saved.name));
                }}
              >
                <Icon name="trash" size={14} />
              </ActionIcon>
            </Group>
          ))}
          <Group gap="xs" wrap="nowrap" align="flex-end">
            <TextInput
              size="xs"
              flex={1}
              label="Save these filters as"
              value={name}
              maxLength={80}
              error={trouble}
              onChange={({ currentTarget: { value } }) => {
                setName(value);
                setTrouble(null);
              }}
              onKeyDown={({ key }) => {
                if (key === 'Enter') add();
              }}
            />
            <Button size="xs" onClick={add}>
              Save
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
