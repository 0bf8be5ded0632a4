/** Runs a definition, as it is, or like one of its runs with changes: /tasks/ID/execute. */
import { Alert, Skeleton, Stack } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { runQuery, taskQuery } from '../api/queries';
import { many, one, type Search } from '../app/search';
import { AnchorLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { Trouble } from '../parts/Trouble';
import { TaskTrail } from '../tasks/TaskTrail';
import { prefillOf } from './from-run';
import { revisionQuery } from './queries';
import { TaskLaunch } from './TaskLaunch';
import { usePlaces } from './usePlaces';

type Definition = Schemas['Definition'];

export function LaunchPage(): ReactElement {
  const { taskId = '' } = useParams({ strict: false });
  const search: Search = useSearch({ strict: false });
  const runId = one(search, 'run');
  // What it is now, not what it was when the list was read.
  const task = useQuery({ ...taskQuery(taskId), refetchOnMount: 'always' });
  const definition = task.isFetchedAfterMount ? task.data : undefined;
  return (
    <Stack>
      <TaskTrail task={task.data} here="Run" />
      <PageTitle>{titleOf(task.data?.alias, runId !== undefined)}</PageTitle>
      {definition !== undefined ? (
        // Another address is another form.
        <Opened
          key={JSON.stringify([taskId, runId, search['revision'], search['env']])}
          task={definition}
          search={search}
        />
      ) : task.error !== null ? (
        <Trouble error={task.error} onRetry={() => void task.refetch()} />
      ) : (
        <Skeleton height={400} />
      )}
    </Stack>
  );
}

function titleOf(alias: string | undefined, isLike: boolean): string {
  if (alias === undefined) return 'Run';
  return isLike ? `Run ${alias} again with changes` : `Run ${alias}`;
}

/** Reads what the form is to be filled with. */
function Opened({ task, search }: { task: Definition; search: Search }): ReactElement {
  const { definition_id: taskId, revision: latest } = task;
  const runId = one(search, 'run');
  const asked = revisionOf(one(search, 'revision'));
  const places = usePlaces();
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined });
  const wanted = [run.data?.definition_revision, asked].filter((n) => n !== undefined && n !== latest) as number[];
  const older = useQueries({ queries: [...new Set(wanted)].map((n) => revisionQuery(taskId, n)) });

  const failed = [run, ...older].find(({ error, data }) => error !== null && data === undefined);
  if (failed !== undefined) {
    return (
      <>
        <Trouble error={failed.error} onRetry={() => void failed.refetch()} />
        <PlainLink taskId={taskId} />
      </>
    );
  }
  if (run.data !== undefined && run.data.executable_id !== taskId) {
    return (
      <Alert color="red" role="alert" title="Another task's run">
        Run {run.data.run_id} is one of {run.data.alias}. <PlainLink taskId={taskId} />
      </Alert>
    );
  }
  const definitions = older.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const isWaiting = older.some(({ data }) => data === undefined) || (runId !== undefined && run.data === undefined);
  if (places === undefined || isWaiting) return <Skeleton height={400} />;
  return (
    <TaskLaunch
      task={task}
      older={definitions}
      run={run.data}
      asked={asked}
      places={places}
      prefill={prefillOf(many(search, 'env'))}
    />
  );
}

function PlainLink({ taskId }: { taskId: string }): ReactElement {
  return (
    <AnchorLink to="/tasks/$taskId/execute" params={{ taskId }} search={{}} size="sm">
      Run it as it is defined now
    </AnchorLink>
  );
}

function revisionOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
