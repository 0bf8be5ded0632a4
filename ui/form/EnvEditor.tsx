/** The variables of an environment, a row each; lines of `NAME=value` that are pasted into a name become rows. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Icon } from '../parts/icons';
import { EnvPaste } from './EnvPaste';
import { EnvRowFields } from './EnvRowFields';
import { newRow, parseEnv, withPasted, written, type EnvRow } from './env';
import { idOf } from './ids';
import { messageAt, type Fault } from './rules';
import './env.css';

export type EnvEditorProps = {
  rows: readonly EnvRow[];
  onChange: (rows: EnvRow[]) => void;
  /** Of `env.N.name` and `env.N.value`, N counting the rows that say something. */
  faults: readonly Fault[];
  /** What it says of a value that only the server has. */
  keptText?: string;
  /** What else a row shows, such as that it was changed. */
  mark?: (row: EnvRow) => ReactNode;
};

export function EnvEditor({ rows, onChange, faults, keptText = 'kept as it is', mark }: EnvEditorProps): ReactElement {
  const [isPasting, setPasting] = useState(false);
  const [added, setAdded] = useState<string | null>(null);
  const sent = written(rows);
  const own = messageAt(faults, 'env');

  const add = (): void => {
    const row = newRow();
    setAdded(row.id);
    onChange([...rows, row]);
  };
  const change = (of: EnvRow, to: Partial<EnvRow>): void => {
    onChange(rows.map((row) => (row.id === of.id ? { ...row, ...to } : row)));
  };
  const remove = (of: EnvRow): void => {
    onChange(rows.filter((row) => row.id !== of.id));
    document.getElementById(idOf('env'))?.focus();
  };
  /** Returns whether the text was lines of variables. */
  const paste = (into: EnvRow, text: string): boolean => {
    const { env, unread } = parseEnv(text);
    if (env.length === 0 || unread.length > 0) return false;
    onChange(withPasted(rows, env, into));
    return true;
  };

  return (
    <Stack gap="xs" role="group" aria-label="Environment variables">
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          No variables
        </Text>
      )}
      {rows.map((row, n) => {
        const place = sent.indexOf(row);
        const faultOf = (part: 'name' | 'value'): string | undefined =>
          place === -1 ? undefined : messageAt(faults, `env.${place}.${part}`);
        return (
          <EnvRowFields
            key={row.id}
            row={row}
            rows={rows}
            number={n + 1}
            place={place}
            isNew={row.id === added}
            keptText={keptText}
            nameFault={faultOf('name')}
            valueFault={faultOf('value')}
            mark={mark?.(row)}
            onChange={(to) => {
              change(row, to);
            }}
            onRemove={() => {
              remove(row);
            }}
            onPaste={(text) => paste(row, text)}
          />
        );
      })}
      {own !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)">
          {own}
        </Text>
      )}
      <Group gap="xs">
        <Button id={idOf('env')} size="xs" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={add}>
          Add variable
        </Button>
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            setPasting(true);
          }}
        >
          Paste NAME=value lines
        </Button>
      </Group>
      <EnvPaste
        isOpen={isPasting}
        onClose={() => {
          setPasting(false);
        }}
        onAdd={(env) => {
          const end = newRow();
          onChange(withPasted([...written(rows), end], env, end));
        }}
      />
    </Stack>
  );
}
