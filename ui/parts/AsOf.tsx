/** Of when something is, where it may be old: no news come, or it was asked for in vain. */
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { serverTimeAt } from '../api/clock';
import { useConnection } from '../live/connection';
import { useSettings } from '../settings/settings';
import { timeText } from './duration';

type Props = {
  /** When it was answered; 0 where it was not yet. */
  at: number;
  /** While news come, they keep it up to date. */
  isTold?: boolean;
  /** It was asked for in vain. */
  isOld?: boolean;
};

export function AsOf({ at, isTold = false, isOld = false }: Props): ReactElement | null {
  const { state, liveUntil } = useConnection();
  const { zone } = useSettings();
  if (at === 0 || (!isOld && (state === 'live' || state === 'connecting'))) return null;
  // Where it is asked for again and again, it is old by seconds.
  const isStale = isOld || state !== 'polling';
  return (
    <Text size="xs" component="div" {...(isStale ? { fw: 600 } : { c: 'dimmed' })}>
      as of {timeText(serverTimeAt(isTold ? Math.max(at, liveUntil) : at), zone)}
    </Text>
  );
}
