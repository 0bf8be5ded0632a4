/** The status of a run as a badge. */
import type { ReactElement } from 'react';
import { Icon } from './icons';
import { lookOf, nextOf, type StatusFacts } from './status';
import { NextAt } from './Time';
import './status.css';

/** `isShort`: when it is tried again is said elsewhere. */
export function StatusBadge({ run, isShort = false }: { run: StatusFacts; isShort?: boolean }): ReactElement {
  const { text, tone, icon } = lookOf(run);
  const next = nextOf(run);
  return (
    <span className="status" data-tone={tone}>
      <Icon name={icon} size={14} />
      <span>
        {text}
        {next !== null && !isShort && <NextAt at={next} sign=" · " />}
      </span>
    </span>
  );
}
