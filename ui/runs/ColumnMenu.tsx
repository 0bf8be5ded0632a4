/** Which columns are shown. */
import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { columns, hideable, showColumn, useColumns } from './columns';
import type { Scope } from './scope';

export function ColumnMenu({ scope }: { scope: Scope }): ReactElement {
  const shown = useColumns(scope);
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default">
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap="xs">
          {hideable(scope).map((name) => (
            <Checkbox
              key={name}
              label={columns[name].title}
              checked={shown.includes(name)}
              onChange={({ currentTarget: { checked } }) => {
                showColumn(name, checked);
              }}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
