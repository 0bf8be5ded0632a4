/** Says of a field that it differs from the definition, and takes that back. */
import { Badge, Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';

type Props = {
  /** Of the field. */
  name: string;
  /** The definition's value, where it is short enough to be told. */
  was?: string | undefined;
  word?: string;
  undo?: string;
  onUndo?: (() => void) | undefined;
};

export function Changed({ name, was, word = 'changed', undo = 'Undo', onUndo }: Props): ReactElement {
  return (
    <Group gap={6} mt={4}>
      <Badge variant="light" color="yellow" size="sm" fw={600}>
        {word}
      </Badge>
      {was !== undefined && (
        <Text size="xs" c="dimmed">
          was {was === '' ? 'not set' : was}
        </Text>
      )}
      {onUndo !== undefined && (
        <Button size="compact-sm" variant="subtle" aria-label={`${undo}: ${name}`} onClick={onUndo}>
          {undo}
        </Button>
      )}
    </Group>
  );
}
