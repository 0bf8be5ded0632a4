/** How this page hears of news, as a dot and in words. */
import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { useConnection, type Connection } from '../live/connection';
import { timeText } from '../parts/duration';
import { useSettings } from '../settings/settings';
import classes from './Shell.module.css';

export function ConnectionDot(): ReactElement {
  const now = useConnection();
  const { zone } = useSettings();
  const words = wordsOf(now, zone);
  return (
    <Tooltip label={hints[now.state]}>
      <span role="status" tabIndex={0} className={classes['connection']} data-state={now.state}>
        <span className={classes['dot']} aria-hidden="true" />
        <span className={classes['words']}>{words}</span>
      </span>
    </Tooltip>
  );
}

function wordsOf({ state, since }: Connection, zone: string): string {
  switch (state) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'reconnecting':
      return 'Reconnecting';
    case 'polling':
      return 'Polling every 10 s';
    case 'offline':
      return `Offline since ${timeText(since, zone, 'clock')}`;
  }
}

const hints: Record<Connection['state'], string> = {
  connecting: 'Changes are not yet heard of',
  live: 'Changes show as they happen',
  reconnecting: 'The server does not answer; what is shown may be old. It is tried again by itself',
  polling: 'No stream is open; what is shown is asked for every ten seconds',
  offline: 'This browser has no network; what is shown is old, and nothing can be sent',
};
