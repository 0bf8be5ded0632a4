/** Labels of a run, a row each. */
import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { idOf } from '../form/ids';
import { Icon } from '../parts/icons';
import { newLabel, type LabelRow } from './launch-form';

type Props = { rows: readonly LabelRow[]; error: string | undefined; onChange: (rows: LabelRow[]) => void };

export function LabelEditor({ rows, error, onChange }: Props): ReactElement {
  const change = (of: LabelRow, to: Partial<LabelRow>): void => {
    onChange(rows.map((row) => (row.id === of.id ? { ...row, ...to } : row)));
  };
  return (
    <Stack gap="xs" role="group" aria-label="Labels">
      <Text size="sm" fw={500}>
        Labels
      </Text>
      {rows.map((row, n) => {
        const called = row.name === '' ? `label ${n + 1}` : row.name;
        return (
          <Group key={row.id} gap="xs" wrap="nowrap">
            <TextInput
              flex={1}
              miw={0}
              aria-label={`Name of label ${n + 1}`}
              placeholder="name"
              value={row.name}
              onChange={({ currentTarget }) => {
                change(row, { name: currentTarget.value });
              }}
            />
            <TextInput
              flex={1}
              miw={0}
              aria-label={`Value of ${called}`}
              placeholder="value"
              value={row.value}
              onChange={({ currentTarget }) => {
                change(row, { value: currentTarget.value });
              }}
            />
            <Tooltip label={`Remove ${called}`}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`Remove ${called}`}
                onClick={() => {
                  onChange(rows.filter(({ id }) => id !== row.id));
                  document.getElementById(idOf('labels'))?.focus();
                }}
              >
                <Icon name="trash" />
              </ActionIcon>
            </Tooltip>
          </Group>
        );
      })}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <Button
        id={idOf('labels')}
        size="xs"
        variant="default"
        w="fit-content"
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => {
          onChange([...rows, newLabel()]);
        }}
      >
        Add label
      </Button>
    </Stack>
  );
}
