/** A definition as a form: new, changed or copied. */
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { taskQuery } from '../api/queries';
import { PageTitle } from '../parts/PageTitle';
import { Trouble } from '../parts/Trouble';
import { settings } from '../settings/settings';
import { emptyForm, formToChange, formToCopy } from './definition-form';
import { TaskForm } from './TaskForm';
import { TaskTrail } from './TaskTrail';

type Definition = Schemas['Definition'];

export function CreateTaskPage(): ReactElement {
  return (
    <Stack>
      <TaskTrail here="New" />
      <PageTitle>New task</PageTitle>
      <TaskForm initial={emptyForm(settings().owner)} stored={null} />
    </Stack>
  );
}

export function UpdateTaskPage(): ReactElement {
  return (
    <OfStored verb="Edit">
      {(definition) => <TaskForm initial={formToChange(definition)} stored={definition} />}
    </OfStored>
  );
}

export function CopyTaskPage(): ReactElement {
  return (
    <OfStored verb="Duplicate">{(definition) => <TaskForm initial={formToCopy(definition)} stored={null} />}</OfStored>
  );
}

function OfStored({
  verb,
  children,
}: {
  verb: 'Edit' | 'Duplicate';
  children: (definition: Definition) => ReactElement;
}): ReactElement {
  const { taskId = '' } = useParams({ strict: false });
  // What it is now, not what it was when the list was read.
  const {
    data: known,
    error,
    refetch,
    isFetchedAfterMount,
  } = useQuery({ ...taskQuery(taskId), refetchOnMount: 'always' });
  const data = isFetchedAfterMount ? known : undefined;
  return (
    <Stack>
      <TaskTrail task={data} here={verb} />
      <PageTitle>{data === undefined ? verb : `${verb} ${data.alias}`}</PageTitle>
      {data === undefined ? (
        error === null ? (
          <Skeleton height={400} />
        ) : (
          <Trouble error={error} onRetry={() => void refetch()} />
        )
      ) : (
        // Another definition is another form.
        <div key={data.definition_id}>{children(data)}</div>
      )}
    </Stack>
  );
}
