/** Rows of the list of tasks: of a table where there is room, else cards. */
import { Badge, Group, Table, Text, UnstyledButton } from '@mantine/core';
import type { ReactElement } from 'react';
import { countText } from '../parts/count';
import { Icon } from '../parts/icons';
import { AnchorLink, ButtonLink } from '../parts/links';
import { StatusBadge } from '../parts/StatusBadge';
import { Time } from '../parts/Time';
import type { Change } from '../parts/use-list-view';
import type { ListedTask } from './last-run';
import { sortedBy, type SortKey, type TaskView } from './task-view';
import './tasks.css';

type Rows = { tasks: readonly ListedTask[]; /** Others are on their way. */ isOld: boolean };

const columns: readonly {
  title: string;
  sort: SortKey | null;
  /** The first has what the others leave. */ width?: string;
}[] = [
  { title: 'Alias', sort: 'alias' },
  { title: 'Group', sort: 'group_name', width: '11%' },
  { title: 'Image', sort: 'image', width: '17%' },
  { title: 'Memory (MB)', sort: 'memory', width: '11%' },
  { title: 'Owner', sort: null, width: '9%' },
  { title: 'Tags', sort: null, width: '9%' },
  { title: 'Last run', sort: null, width: '17%' },
];

export function TaskTable({
  tasks,
  isOld,
  view,
  change,
}: Rows & { view: TaskView; change: Change<TaskView> }): ReactElement {
  return (
    <Table className="task-table" aria-label="Tasks" aria-busy={isOld} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title, sort, width }) => (
            <Table.Th key={title} w={width} aria-sort={sort === view.sort.by ? ariaSort(view) : undefined}>
              {sort === null ? (
                title
              ) : (
                <UnstyledButton
                  className="task-sort"
                  onClick={() => {
                    change.push({ ...view, sort: sortedBy(view.sort, sort), page: 1 });
                  }}
                >
                  {title}
                  {sort === view.sort.by && (
                    <span className={view.sort.order === 'asc' ? 'task-up' : 'task-down'}>
                      <Icon name="chevron" size={12} />
                    </span>
                  )}
                </UnstyledButton>
              )}
            </Table.Th>
          ))}
          <Table.Th w="6.5rem">
            <span className="task-hidden">Run</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className={isOld ? 'task-old' : undefined}>
        {tasks.map((task) => (
          <Table.Tr key={task.definition_id} data-row>
            <Table.Td>
              <TaskName task={task} />
            </Table.Td>
            <Table.Td>{task.group_name}</Table.Td>
            <Table.Td className="mono">{task.image}</Table.Td>
            <Table.Td className="number">{countText(task.memory)}</Table.Td>
            <Table.Td>{task.user}</Table.Td>
            <Table.Td>
              <Tags task={task} />
            </Table.Td>
            <Table.Td>
              <LastRun task={task} />
            </Table.Td>
            <Table.Td>
              <RunButton task={task} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ariaSort({ sort }: TaskView): 'ascending' | 'descending' {
  return sort.order === 'asc' ? 'ascending' : 'descending';
}

export function TaskCards({ tasks, isOld }: Rows): ReactElement {
  return (
    <ul className={isOld ? 'task-cards task-old' : 'task-cards'} aria-label="Tasks" aria-busy={isOld}>
      {tasks.map((task) => (
        <li key={task.definition_id} className="task-card" data-row>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <TaskName task={task} />
            <RunButton task={task} />
          </Group>
          <Text size="sm" c="dimmed">
            {task.group_name}
            {task.user !== undefined && ` · ${task.user}`} · {countText(task.memory)} MB
          </Text>
          <Text size="sm" className="mono">
            {task.image}
          </Text>
          <Group gap="xs">
            <LastRun task={task} />
            <Tags task={task} />
          </Group>
        </li>
      ))}
    </ul>
  );
}

function TaskName({ task }: { task: ListedTask }): ReactElement {
  return (
    <AnchorLink to="/tasks/$taskId" params={{ taskId: task.definition_id }} fw={600} size="sm">
      {task.alias}
    </AnchorLink>
  );
}

function RunButton({ task }: { task: ListedTask }): ReactElement {
  return (
    <ButtonLink
      to="/tasks/$taskId/execute"
      params={{ taskId: task.definition_id }}
      size="compact-sm"
      variant="default"
      leftSection={<Icon name="play" size={12} />}
      aria-label={`Run ${task.alias}`}
    >
      Run
    </ButtonLink>
  );
}

function Tags({ task }: { task: ListedTask }): ReactElement {
  return (
    <Group gap={4}>
      {task.tags.map((tag) => (
        <Badge key={tag} variant="default" size="sm" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function LastRun({ task: { last_run: run } }: { task: ListedTask }): ReactElement {
  if (run === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Not run yet
      </Text>
    );
  }
  return (
    <Group gap={6}>
      <AnchorLink to="/runs/$runId" params={{ runId: run.run_id }} underline="never">
        <StatusBadge run={run} />
      </AnchorLink>
      <Text size="xs" c="dimmed" component="span">
        <Time at={run.finished_at ?? run.started_at ?? run.queued_at} />
      </Text>
    </Group>
  );
}
