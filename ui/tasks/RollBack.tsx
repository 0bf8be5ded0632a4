/** Makes a task what it was, after a question: as a new revision, so nothing is lost. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap } from '../api/client';
import { keys } from '../api/queries';
import { Icon } from '../parts/icons';
import { Trouble } from '../parts/Trouble';
import { isOvertaken } from './queries';

type Props = {
  taskId: string;
  revision: number;
  /** What it is now, as far as that is known: it is rolled back from nothing else. */
  latest: number | undefined;
  onDone?: () => void;
};

export function RollBack({ taskId, revision, latest, onDone }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const restore = useMutation({
    mutationFn: () =>
      unwrap(
        api.PUT('/api/v6/task/{definition_id}/revisions/{revision}/restore', {
          params: {
            path: { definition_id: taskId, revision: String(revision) },
            ...(latest === undefined ? {} : { header: { 'If-Match': `"${latest}"` } }),
          },
        }),
      ),
    onSuccess: (definition) => {
      setOpen(false);
      queryClient.setQueryData(keys.task(taskId), definition);
      void queryClient.invalidateQueries({ queryKey: keys.task(taskId) });
      void queryClient.invalidateQueries({ queryKey: keys.tasks });
      notifications.show({
        message: `Revision ${definition.revision ?? ''} is like revision ${revision}`,
        color: 'green',
      });
      onDone?.();
    },
    onError: (error) => {
      // What it was changed to meanwhile is on the page when it is tried again.
      if (isOvertaken(error)) void queryClient.invalidateQueries({ queryKey: keys.task(taskId) });
    },
  });
  const close = (): void => {
    restore.reset();
    setOpen(false);
  };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="undo" size={12} />}
        onClick={() => {
          setOpen(true);
        }}
      >
        Roll back to revision {revision}
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Roll back to revision ${revision}?`}>
        <Stack gap="sm">
          <Text size="sm">
            The task becomes what it was in revision {revision}, as a new revision. Runs that were started before stay
            as they are.
          </Text>
          {restore.error !== null && <Trouble error={restore.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Cancel
            </Button>
            <Button
              loading={restore.isPending}
              onClick={() => {
                restore.mutate();
              }}
            >
              Roll back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
