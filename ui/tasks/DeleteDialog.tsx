/** Asks before a task is deleted, and says what stays. Runs that are not over hold it, unless they are to be stopped. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { api, ApiError, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { runsText } from '../parts/count';
import { Trouble } from '../parts/Trouble';
import { runCountsQuery } from './queries';

type Definition = Schemas['Definition'];
type Props = { task: Definition; isOpen: boolean; onClose: () => void };

export function DeleteDialog({ task, isOpen, onClose }: Props): ReactElement {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Delete ${task.alias}?`}>
      <Question task={task} onClose={onClose} />
    </Modal>
  );
}

function Question({ task, onClose }: { task: Definition; onClose: () => void }): ReactElement {
  const { definition_id: taskId, alias } = task;
  const { data: counts, refetch } = useQuery({ ...runCountsQuery(taskId), refetchOnMount: 'always' });
  const [stopsRuns, setStopsRuns] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE('/api/v6/task/{definition_id}', {
          params: { path: { definition_id: taskId }, query: { stop_runs: stopsRuns ? 'true' : 'false' } },
        }),
      ),
    onSuccess: async ({ stopped_runs: stopped = 0 }) => {
      const also = stopped === 0 ? '' : `; ${runsText(stopped)} being stopped`;
      notifications.show({ message: `${alias} is deleted${also}`, color: 'green' });
      await navigate({ to: '/tasks' });
      queryClient.removeQueries({ queryKey: keys.task(taskId) });
      void queryClient.invalidateQueries({ queryKey: keys.tasks });
    },
    onError: (error) => {
      // Some have been started since they were counted.
      if (error instanceof ApiError && error.status === 409) void refetch();
    },
  });
  const active = counts?.active ?? 0;
  const isHeld = remove.error instanceof ApiError && remove.error.status === 409;

  return (
    <Stack gap="sm">
      <Text size="sm">
        It can be run no more, and its alias is free again.{' '}
        {counts !== undefined &&
          (counts.all === 0 ? 'It was never run.' : `What stays: ${runsText(counts.all)}, with logs.`)}
      </Text>
      {(active > 0 || isHeld) && (
        <Checkbox
          label={`Stop ${active === 0 ? 'its runs' : runsText(active)} that ${active === 1 ? 'is' : 'are'} not over`}
          description="While there are such runs it cannot be deleted"
          checked={stopsRuns}
          onChange={({ currentTarget }) => {
            setStopsRuns(currentTarget.checked);
          }}
        />
      )}
      {remove.error !== null && <Trouble error={remove.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red"
          disabled={active > 0 && !stopsRuns}
          loading={remove.isPending}
          onClick={() => {
            remove.mutate();
          }}
        >
          {stopsRuns ? 'Stop runs and delete' : 'Delete'}
        </Button>
      </Group>
    </Stack>
  );
}
