/** Goes to a run by its id, and else looks for tasks by their alias. */
import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type ReactElement } from 'react';
import { api, isGone, sentenceOf, unwrap } from '../api/client';
import { Icon } from '../parts/icons';
import classes from './Shell.module.css';

export const quickFindId = 'quick-find';

export function QuickFind(): ReactElement {
  const [text, setText] = useState('');
  const [isLooking, setLooking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();

  async function find(): Promise<void> {
    const wanted = text.trim();
    if (wanted === '' || isLooking) return;
    const from = location.href;
    setLooking(true);
    setTrouble(null);
    try {
      const isRun = await isRunId(wanted);
      // Whoever has gone elsewhere meanwhile stays there.
      if (location.href !== from) return;
      setText('');
      // The page that comes takes the focus.
      field.current?.blur();
      if (isRun) await navigate({ to: '/runs/$runId', params: { runId: wanted } });
      else await navigate({ to: '/tasks', search: { alias: wanted } });
    } catch (error) {
      setTrouble(sentenceOf(error));
    } finally {
      setLooking(false);
    }
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
        ref={field}
        id={quickFindId}
        aria-label="Find a run by its id, or tasks by alias"
        placeholder="Run id or alias"
        size="xs"
        leftSection={<Icon name={isLooking ? 'clock' : 'search'} size={14} />}
        aria-busy={isLooking}
        classNames={{ error: classes['trouble'] ?? '' }}
        error={trouble === null ? null : <span role="alert">{trouble}</span>}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setTrouble(null);
        }}
      />
    </form>
  );
}

async function isRunId(id: string): Promise<boolean> {
  try {
    await unwrap(api.GET('/api/v6/history/{run_id}', { params: { path: { run_id: id } } }));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
