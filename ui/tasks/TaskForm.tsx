/** The form of a definition: checked by the API's rules, saved by the API, which decides. */
import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState, type ReactElement } from 'react';
import { api, ApiError, sentenceOf, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { again } from '../app/again';
import { ErrorSummary } from '../form/ErrorSummary';
import { LeaveGuard } from '../form/LeaveGuard';
import { ButtonLink } from '../parts/links';
import { refusal, rulesFrom } from '../form/rules';
import { documentQuery } from '../form/schema';
import { useWrong, type Wrong } from '../form/useWrong';
import {
  bodyOf,
  changedFields,
  changesOf,
  inOrder,
  isShown,
  labelOf,
  ownFaults,
  type DefinitionForm,
} from './definition-form';
import { caughtUp, decided, disputes, draftOf } from './draft';
import { Advanced, Identity, ResourceSection, WhatRuns } from './FormSections';
import { isOvertaken } from './queries';

const Meanwhile = lazy(async () => ({ default: (await again(() => import('./Meanwhile'))).Meanwhile }));

type Definition = Schemas['Definition'];
/** `stored`: what is changed, as it is known now; null for a new one. The first values are kept: `initial` is not read again. */
type Props = { initial: DefinitionForm; stored: Definition | null };

export function TaskForm({ initial, stored }: Props): ReactElement {
  const [draft, setDraft] = useState(() => draftOf(initial, stored?.revision));
  const { form, before, revision } = draft;
  const { wrong, show, forget } = useWrong(inOrder);
  const isSaved = useRef(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  // Where it cannot be read, the API still says what is wrong.
  const { data: document } = useQuery(documentQuery);
  const asked = stored === null ? bodyOf(form) : changesOf(form, before);

  const save = useMutation({
    mutationFn: (body: Record<string, unknown>) => send(stored?.definition_id ?? null, body, revision),
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
      show(refused(error));
      if (stored !== null && isOvertaken(error)) {
        void queryClient.invalidateQueries({ queryKey: keys.task(stored.definition_id) });
      }
    },
  });
  // One's own change is no news.
  const isOpen = !save.isPending && !save.isSuccess;
  const latest = stored === null || !isOpen ? draft : caughtUp(draft, stored);
  if (latest !== draft) setDraft(latest);

  const submit = (): void => {
    if (!isOpen) return;
    const rules =
      document === undefined ? null : rulesFrom(document, stored === null ? 'NewDefinition' : 'DefinitionChange');
    const own = [...ownFaults(form, stored === null ? null : before), ...disputes(draft)];
    const faults = [...own, ...(rules?.(asked) ?? [])];
    show({ faults, rest: [] });
    if (faults.length === 0) save.mutate(asked);
  };
  const change = (to: Partial<DefinitionForm>): void => {
    setDraft((now) => ({ ...now, form: { ...now.form, ...to } }));
    forget(Object.keys(to));
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
      <LeaveGuard
        title="Leave without saving?"
        isChanged={() => !isSaved.current && changedFields(form, before).length > 0}
      >
        What you changed here has not been saved.
      </LeaveGuard>
      <Stack>
        {stored !== null && draft.revision !== draft.openedAt && (
          <Suspense fallback={null}>
            <Meanwhile
              taskId={stored.definition_id}
              draft={draft}
              onDecide={(field, isMine) => {
                setDraft((now) => decided(now, field, isMine));
                forget([field]);
              }}
            />
          </Suspense>
        )}
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
            <ButtonLink to="/tasks/$taskId" params={{ taskId: stored.definition_id }} variant="default">
              Cancel
            </ButtonLink>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function refused(error: unknown): Wrong {
  if (isOvertaken(error))
    return { faults: [], rest: ['Not saved: somebody else has changed it meanwhile. See what, and save again.'] };
  return error instanceof ApiError ? refusal(error, isShown) : { faults: [], rest: [sentenceOf(error)] };
}

/** The bodies are as the rules of the same document want them, or the API says what is wrong. */
function send(taskId: string | null, body: Record<string, unknown>, revision: number): Promise<Definition> {
  if (taskId === null) return unwrap(api.POST('/api/v6/task', { body: body as Schemas['NewDefinition'] }));
  return unwrap(
    api.PUT('/api/v6/task/{definition_id}', {
      params: { path: { definition_id: taskId }, header: { 'If-Match': `"${revision}"` } },
      body,
    }),
  );
}
