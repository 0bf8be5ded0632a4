/** Asks before a run is stopped, and says what ends with it. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { focusTitle } from '../parts/PageTitle';
import { Trouble } from '../parts/Trouble';
import { stopWords } from './words';

type Run = Schemas['RunDetail'];
type Props = { run: Run; isOpen: boolean; onClose: () => void };

export function StopDialog({ run, isOpen, onClose }: Props): ReactElement {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Stop the run" onExitTransitionEnd={keepFocus}>
      <Question run={run} onClose={onClose} />
    </Modal>
  );
}

/** After the dialog is gone, where the button that opened it is gone, too. */
function keepFocus(): void {
  window.setTimeout(() => {
    if (document.activeElement === document.body) focusTitle();
  });
}

function Question({ run, onClose }: Omit<Props, 'isOpen'>): ReactElement {
  const queryClient = useQueryClient();
  const { run_id: id } = run;
  const { data: open } = useQuery({
    queryKey: [...keys.run(id), 'open-children'],
    queryFn: async ({ signal }) => {
      const body = { run_ids: [id], dry_run: true };
      return (await unwrap(api.POST('/api/v6/history/stop', { body, signal }))).spawned;
    },
    // How many there are now.
    staleTime: 0,
    gcTime: 0,
  });
  const stop = useMutation({
    // Of runs of templates, too: it names the run, and they have the template's id there.
    mutationFn: () => {
      const params = { path: { definition_id: run.definition_id, run_id: id } };
      return unwrap(api.DELETE('/api/v6/task/{definition_id}/history/{run_id}', { params }));
    },
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.run(id) });
    },
  });
  return (
    <Stack>
      <Text>{stopWords(run, open ?? null)}</Text>
      {run.status === 'STOPPED' && <Text>It is over already.</Text>}
      {stop.error !== null && <Trouble error={stop.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Do not stop
        </Button>
        <Button
          color="red"
          loading={stop.isPending}
          disabled={run.status === 'STOPPED'}
          onClick={() => {
            stop.mutate();
          }}
        >
          Stop run
        </Button>
      </Group>
    </Stack>
  );
}
