/** The form of a definition: checked by the API's rules, saved by the API, which decides. */
import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { api, ApiError, sentenceOf, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { ErrorSummary } from '../form/ErrorSummary';
import { focusField } from '../form/ids';
import { LeaveGuard } from '../form/LeaveGuard';
import { ButtonLink } from '../parts/links';
import { refusal, rulesFrom, without, type Fault } from '../form/rules';
import { documentQuery } from '../form/schema';
import {
  bodyOf,
  changesOf,
  inOrder,
  isChanged,
  isShown,
  labelOf,
  ownFaults,
  type DefinitionForm,
} from './definition-form';
import { Advanced, Identity, ResourceSection, WhatRuns } from './FormSections';

type Definition = Schemas['Definition'];
type Wrong = { faults: Fault[]; rest: string[] };
const nothingWrong: Wrong = { faults: [], rest: [] };

/** `stored`: the id of what is changed; null for a new one. Its first values are kept: `initial` is not read again. */
export function TaskForm({ initial, stored }: { initial: DefinitionForm; stored: string | null }): ReactElement {
  const [before] = useState(initial);
  const [form, setForm] = useState(initial);
  const [wrong, setWrong] = useState<Wrong>(nothingWrong);
  const isSaved = useRef(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  // Where it cannot be read, the API still says what is wrong.
  const { data: document } = useQuery(documentQuery);
  const asked = stored === null ? bodyOf(form) : changesOf(form, before);

  const save = useMutation({
    mutationFn: (body: Record<string, unknown>) => send(stored, body),
    onSuccess: (definition) => {
      isSaved.current = true;
      queryClient.setQueryData(keys.task(definition.definition_id), definition);
      for (const key of [keys.tasks, keys.task(definition.definition_id), keys.groups, keys.tags]) {
        void queryClient.invalidateQueries({ queryKey: key });
      }
      notifications.show({ message: stored === null ? `${definition.alias} is created` : 'Saved', color: 'green' });
      void navigate({ to: '/tasks/$taskId', params: { taskId: definition.definition_id } });
    },
    onError: (error) => {
      show(error instanceof ApiError ? refusal(error, isShown) : { faults: [], rest: [sentenceOf(error)] });
    },
  });

  // The fields get the focus when they show what is wrong.
  const toFocus = useRef<string | null>(null);
  useEffect(() => {
    if (toFocus.current !== null) focusField(toFocus.current);
    toFocus.current = null;
  }, [wrong]);
  const show = ({ faults, rest }: Wrong): void => {
    const ordered = inOrder(faults);
    toFocus.current = ordered[0]?.field ?? null;
    setWrong({ faults: ordered, rest });
  };

  const submit = (): void => {
    if (save.isPending) return;
    const rules =
      document === undefined ? null : rulesFrom(document, stored === null ? 'NewDefinition' : 'DefinitionChange');
    const faults = [...ownFaults(form, stored === null ? null : before), ...(rules?.(asked) ?? [])];
    show({ faults, rest: [] });
    if (faults.length === 0) save.mutate(asked);
  };
  const change = (to: Partial<DefinitionForm>): void => {
    setForm((now) => ({ ...now, ...to }));
    setWrong((now) => ({ faults: without(now.faults, Object.keys(to)), rest: [] }));
  };

  const section = { form, change, faults: wrong.faults, isStored: stored !== null };
  return (
    <form
      noValidate
      aria-label="Definition"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <LeaveGuard isChanged={() => !isSaved.current && isChanged(form, before)} />
      <Stack>
        <ErrorSummary {...wrong} labelOf={labelOf} />
        <Identity {...section} />
        <WhatRuns {...section} />
        <ResourceSection {...section} />
        <Advanced {...section} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {stored === null ? 'Create task' : 'Save'}
          </Button>
          {stored === null ? (
            <ButtonLink to="/tasks" variant="default">
              Cancel
            </ButtonLink>
          ) : (
            <ButtonLink to="/tasks/$taskId" params={{ taskId: stored }} variant="default">
              Cancel
            </ButtonLink>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** The bodies are as the rules of the same document want them, or the API says what is wrong. */
function send(stored: string | null, body: Record<string, unknown>): Promise<Definition> {
  if (stored === null) return unwrap(api.POST('/api/v6/task', { body: body as Schemas['NewDefinition'] }));
  return unwrap(
    api.PUT('/api/v6/task/{definition_id}', {
      params: { path: { definition_id: stored } },
      body,
    }),
  );
}
