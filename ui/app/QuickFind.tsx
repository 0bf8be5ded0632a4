/** Goes to a run by its id, and else looks for tasks by their alias. */
import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { api, unwrap } from '../api/client';
import { Icon } from '../parts/icons';

export const quickFindId = 'quick-find';

export function QuickFind(): ReactElement {
  const [text, setText] = useState('');
  const navigate = useNavigate();

  async function find(): Promise<void> {
    const wanted = text.trim();
    if (wanted === '') return;
    setText('');
    const isRun = await unwrap(api.GET('/api/v6/history/{run_id}', { params: { path: { run_id: wanted } } })).then(
      () => true,
      () => false,
    );
    if (isRun) await navigate({ to: '/runs/$runId', params: { runId: wanted } });
    else await navigate({ to: '/tasks', search: { alias: wanted } });
  }

  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
    >
      <TextInput
        id={quickFindId}
        aria-label="Find a run by its id, or tasks by alias"
        placeholder="Run id or alias"
        size="xs"
        leftSection={<Icon name="search" size={14} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
    </form>
  );
}
