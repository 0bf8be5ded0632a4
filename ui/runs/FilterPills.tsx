/** The filters that are on, each with a way to take it off. */
import { Button, Group, UnstyledButton } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon } from '../parts/icons';
import { useSettings } from '../settings/settings';
import type { RunFilter } from './filter';
import classes from './runs.module.css';
import { pillsOf, withoutPill } from './words';

/** `onClear`: takes all of them off. */
export function FilterPills(of: {
  filter: RunFilter;
  onChange: (filter: RunFilter) => void;
  onClear: () => void;
}): ReactElement | null {
  const { zone } = useSettings();
  const pills = pillsOf(of.filter, zone);
  if (pills.length === 0) return null;
  return (
    <Group gap={6} component="ul" className={classes['pills'] ?? ''} aria-label="Filters that are on">
      {pills.map((pill) => (
        <li key={`${pill.key} ${pill.value}`}>
          <UnstyledButton
            className={classes['pill'] ?? ''}
            aria-label={`Remove filter: ${pill.text}`}
            onClick={() => {
              of.onChange(withoutPill(of.filter, pill));
            }}
          >
            <span>{pill.text}</span>
            <Icon name="close" size={14} />
          </UnstyledButton>
        </li>
      ))}
      <li>
        <Button size="compact-sm" variant="subtle" onClick={of.onClear}>
          Remove all
        </Button>
      </li>
    </Group>
  );
}
