/** One definition: /tasks/ID, with its runs, its revisions, and what it is. */
import { Button, Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { isGone, type Schemas } from '../api/client';
import { taskQuery } from '../api/queries';
import { CopyButton } from '../parts/CopyButton';
import { Icon } from '../parts/icons';
import { ButtonLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { PartTabs } from '../parts/PartTabs';
import { Trouble } from '../parts/Trouble';
import { RunList } from '../runs/RunList';
import { DeleteDialog } from './DeleteDialog';
import { Revisions } from './Revisions';
import { RunChart } from './RunChart';
import { TaskDetails } from './TaskDetails';
import { TaskTrail } from './TaskTrail';

type Definition = Schemas['Definition'];

const parts = { runs: 'Runs', revisions: 'Revisions', details: 'Details' } as const;

export function TaskPage(): ReactElement {
  const { taskId = '' } = useParams({ strict: false });
  const { data: task, error, refetch } = useQuery(taskQuery(taskId));
  if (task === undefined || isGone(error)) {
    return (
      <Stack>
        <TaskTrail here={taskId} />
        <PageTitle>{task?.alias ?? 'Task'}</PageTitle>
        {error === null ? <Skeleton height={300} /> : <Trouble error={error} onRetry={() => void refetch()} />}
      </Stack>
    );
  }
  return (
    <Stack>
      <TaskTrail here={task.alias} />
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      <Header task={task} />
      <Parts task={task} />
    </Stack>
  );
}

function Header({ task }: { task: Definition }): ReactElement {
  const [isDeleting, setDeleting] = useState(false);
  const params = { taskId: task.definition_id };
  return (
    <Group justify="space-between" gap="sm">
      <div>
        <PageTitle>{task.alias}</PageTitle>
        <Group gap={6} c="dimmed">
          <Text size="sm">
            {task.group_name}
            {task.user !== undefined && ` · ${task.user}`} · <span className="mono">{task.image}</span>
          </Text>
        </Group>
        <Group gap={4} c="dimmed" wrap="nowrap">
          <Text size="xs" className="mono">
            {task.definition_id}
          </Text>
          <CopyButton text={task.definition_id} what="task id" />
        </Group>
      </div>
      <Group gap="xs">
        <ButtonLink
          to="/tasks/$taskId/execute"
          params={params}
          leftSection={<Icon name="play" size={14} />}
          data-key="r"
        >
          Run
        </ButtonLink>
        <ButtonLink
          to="/tasks/$taskId/update"
          params={params}
          variant="default"
          leftSection={<Icon name="edit" size={14} />}
          data-key="e"
        >
          Edit
        </ButtonLink>
        <ButtonLink
          to="/tasks/$taskId/copy"
          params={params}
          variant="default"
          leftSection={<Icon name="copy" size={14} />}
        >
          Duplicate
        </ButtonLink>
        <Button
          variant="default"
          leftSection={<Icon name="trash" size={14} />}
          onClick={() => {
            setDeleting(true);
          }}
        >
          Delete
        </Button>
      </Group>
      <DeleteDialog
        task={task}
        isOpen={isDeleting}
        onClose={() => {
          setDeleting(false);
        }}
      />
    </Group>
  );
}

function Parts({ task }: { task: Definition }): ReactElement {
  const navigate = useNavigate();
  const { definition_id: taskId } = task;
  return (
    <PartTabs
      label="Parts of the task"
      parts={parts}
      onChoose={(search) => {
        void navigate({ to: '/tasks/$taskId', params: { taskId }, search, resetScroll: false });
      }}
    >
      <Tabs.Panel value="runs">
        <Stack>
          <RunChart taskId={taskId} />
          <RunList scope={{ of: 'task', id: taskId }} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="revisions">
        <Revisions taskId={taskId} />
      </Tabs.Panel>
      <Tabs.Panel value="details">
        <TaskDetails task={task} />
      </Tabs.Panel>
    </PartTabs>
  );
}
