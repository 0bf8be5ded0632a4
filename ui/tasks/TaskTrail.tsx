/** Where a page of a task is: the way back to the list, and to the task. */
import { Breadcrumbs, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';

type Props = { task?: { definition_id: string; alias: string } | undefined; here: string };

export function TaskTrail({ task, here }: Props): ReactElement {
  return (
    <nav aria-label="Breadcrumbs">
      <Breadcrumbs separatorMargin={6}>
        <AnchorLink to="/tasks" size="sm">
          Tasks
        </AnchorLink>
        {task !== undefined && (
          <AnchorLink size="sm" to="/tasks/$taskId" params={{ taskId: task.definition_id }}>
            {task.alias}
          </AnchorLink>
        )}
        <Text size="sm" c="dimmed" aria-current="page">
          {here}
        </Text>
      </Breadcrumbs>
    </nav>
  );
}
