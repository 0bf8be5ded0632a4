/** Between filters and rows: how many there are, which are new, and the zone of all times. Its height is the same with news. */
import { Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { AsOf } from '../parts/AsOf';
import { countText, runsText } from '../parts/count';
import { ZoneNote } from '../parts/Time';
import classes from './runs.module.css';

/** `answeredAt`: when the rows were. */
type Props = {
  /** null while it is not known. */ total: number | null;
  fresh: number;
  answeredAt: number;
  onShow: () => void;
};

export function News({ total, fresh, answeredAt, onShow }: Props): ReactElement {
  return (
    <Group className={classes['line'] ?? ''} justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm" fw={600} className="number">
        {total !== null && runsText(total)}
      </Text>
      <div role="status">
        {fresh > 0 && (
          <Button size="compact-sm" variant="light" onClick={onShow}>
            {`${countText(fresh)} new ${fresh === 1 ? 'run' : 'runs'} · Show`}
          </Button>
        )}
      </div>
      <AsOf at={answeredAt} isTold />
      <ZoneNote />
    </Group>
  );
}
