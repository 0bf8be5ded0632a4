/** What is asked most of runs, with one click. */
import { Chip, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { chipOf, chips, withChip } from './chips';
import type { RunFilter } from './filter';

export function StatusChips({
  filter,
  onChange,
}: {
  filter: RunFilter;
  onChange: (filter: RunFilter) => void;
}): ReactElement {
  return (
    <Chip.Group
      value={chipOf(filter)}
      onChange={(value) => {
        const chip = chips.find((one) => one === value);
        if (chip !== undefined) onChange(withChip(filter, chip));
      }}
    >
      <Group gap={6} role="radiogroup" aria-label="Which runs">
        {chips.map((chip) => (
          <Chip key={chip} value={chip} size="sm" variant="outline">
            {chip}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}
