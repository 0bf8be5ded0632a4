/** Where a page of a task is: the way back to the list, and to the task. */
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';
import { Trail } from '../parts/Trail';

type Props = { task?: { definition_id: string; alias: string } | undefined; here: string };

export function TaskTrail({ task, here }: Props): ReactElement {
  return (
    <Trail here={here}>
      <AnchorLink to="/tasks" size="sm">
        Tasks
      </AnchorLink>
      {task !== undefined && (
        <AnchorLink size="sm" to="/tasks/$taskId" params={{ taskId: task.definition_id }}>
          {task.alias}
        </AnchorLink>
      )}
    </Trail>
  );
}
