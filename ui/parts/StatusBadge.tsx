/** The status of a run as a badge. */
import type { ReactElement } from 'react';
import { Icon } from './icons';
import { lookOf, type StatusFacts } from './status';
import './status.css';

export function StatusBadge({ run }: { run: StatusFacts }): ReactElement {
  const { text, tone, icon } = lookOf(run);
  return (
    <span className="status" data-tone={tone}>
      <Icon name={icon} size={14} />
      {text}
    </span>
  );
}
