/** Runs it again as it ran, for whoever asks: one question, one run, however often the answer is lost. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { newRequestKey } from '../api/request-key';
import { Trouble } from '../parts/Trouble';
import { changeSettings, settings } from '../settings/settings';
import { againWords } from './words';

type Run = Schemas['RunDetail'];
type Props = { run: Run; isOpen: boolean; onClose: () => void };

export function AgainDialog({ run, isOpen, onClose }: Props): ReactElement {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Run again">
      <Question run={run} onClose={onClose} />
    </Modal>
  );
}

/** Made when the dialog opens, and so is its key. */
function Question({ run, onClose }: Omit<Props, 'isOpen'>): ReactElement {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [key] = useState(newRequestKey);
  const [remembered] = useState(() => settings().owner);
  const [owner, setOwner] = useState(remembered);
  const [isOwnerMissing, setOwnerMissing] = useState(false);
  const again = useMutation({
    mutationFn: () => runAgain(run, owner.trim(), key),
    onSuccess: async (made) => {
      if (remembered === '') changeSettings({ owner: owner.trim() });
      onClose();
      void queryClient.invalidateQueries({ queryKey: keys.runs });
      await navigate({ to: '/runs/$runId', params: { runId: made.run_id } });
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setOwnerMissing(owner.trim() === '');
        if (owner.trim() !== '') again.mutate();
      }}
    >
      <Stack>
        <Text>{againWords(run)}</Text>
        {remembered === '' ? (
          <TextInput
            label="Owner"
            description="Who runs it; this browser remembers it"
            required
            value={owner}
            error={isOwnerMissing && 'Say who runs it'}
            data-autofocus
            onChange={({ currentTarget }) => {
              setOwner(currentTarget.value);
            }}
          />
        ) : (
          <Text>Its owner will be {remembered}.</Text>
        )}
        {again.error !== null && <Trouble error={again.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={again.isPending} {...(remembered === '' ? {} : { 'data-autofocus': true })}>
            Run again
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

async function runAgain(run: Run, owner: string, key: string): Promise<{ run_id: string }> {
  const { run_id: origin, executable_id: id } = run;
  const header = { 'Idempotency-Key': key };
  switch (run.executable_type) {
    case 'task_definition': {
      const body = { from_run: origin, run_tags: { owner_id: owner } };
      const params = { path: { definition_id: id }, header };
      return unwrap(api.PUT('/api/v6/task/{definition_id}/execute', { params, body }));
    }
    case 'template': {
      const body = { from_run: origin, owner_id: owner };
      const params = { path: { template_id: id }, header };
      return unwrap(api.PUT('/api/v7/template/{template_id}/execute', { params, body }));
    }
  }
}
