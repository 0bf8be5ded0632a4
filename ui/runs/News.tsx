/** Between filters and rows: how many there are, which are new, and the zone of all times. Its height is the same with news. */
import { Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { zoneName } from '../parts/duration';
import { useSettings } from '../settings/settings';
import classes from './runs.module.css';
import { countText, runsText } from './stops';

export function News({ total, fresh, onShow }: { total: number; fresh: number; onShow: () => void }): ReactElement {
  const { zone } = useSettings();
  return (
    <Group className={classes['line'] ?? ''} justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm" fw={600} className="number">
        {runsText(total)}
      </Text>
      <div role="status">
        {fresh > 0 && (
          <Button size="compact-sm" variant="light" onClick={onShow}>
            {`${countText(fresh)} new ${fresh === 1 ? 'run' : 'runs'} · Show`}
          </Button>
        )}
      </div>
      <Text size="xs" c="dimmed" ta="end">
        Times: {zoneName(zone)}
      </Text>
    </Group>
  );
}
