/** The revisions of a task: who changed what, and when. */
import { Group, Pagination, Skeleton, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { AnchorLink } from '../parts/links';
import { Time, ZoneNote } from '../parts/Time';
import { Trouble } from '../parts/Trouble';
import { revisionsPage, revisionsQuery, type Revision } from './queries';
import { changedText } from './revision-words';
import { RollBack } from './RollBack';
import './tasks.css';

export function Revisions({ taskId }: { taskId: string }): ReactElement {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({ ...revisionsQuery(taskId, page), placeholderData: keepPreviousData });
  if (data === undefined) {
    return error === null ? <Skeleton height={200} /> : <Trouble error={error} onRetry={() => void refetch()} />;
  }
  const { revisions, total, offset } = data;
  const latest = offset === 0 ? (revisions[0]?.revision ?? 0) : Infinity;
  return (
    <Stack gap="sm">
      <ZoneNote />
      <ul className="task-cards" aria-label="Revisions">
        {revisions.map((one) => (
          <li key={one.revision} className="task-card" data-row>
            <Line taskId={taskId} of={one} isLatest={one.revision === latest} />
          </li>
        ))}
      </ul>
      {total > revisionsPage && (
        <Pagination
          size="sm"
          total={Math.ceil(total / revisionsPage)}
          value={page}
          component="nav"
          aria-label="Pages of revisions"
          getItemProps={(n) => ({ 'aria-label': `Page ${n}` })}
          getControlProps={(control) => ({ 'aria-label': control === 'next' ? 'Next page' : 'Previous page' })}
          onChange={setPage}
        />
      )}
    </Stack>
  );
}

function Line({ taskId, of, isLatest }: { taskId: string; of: Revision; isLatest: boolean }): ReactElement {
  const { revision, made_at: at, made_by: by, changed } = of;
  const before = `${revision - 1}..${revision}`;
  return (
    <Group justify="space-between" gap="xs">
      <div>
        <Text size="sm" fw={600} component="span">
          Revision {revision}
          {isLatest && ' (now)'}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <Time at={at} />
          {by !== undefined && ` by ${by}`}
        </Text>
        <Text size="sm">{revision === 1 ? 'Made' : `Changed: ${changedText(changed)}`}</Text>
      </div>
      <Group gap="xs">
        {revision > 1 && (
          <AnchorLink size="sm" to="/tasks/$taskId/revisions/$range" params={{ taskId, range: before }}>
            What changed
            <span className="task-hidden"> in revision {revision}</span>
          </AnchorLink>
        )}
        {!isLatest && <Rollable taskId={taskId} revision={revision} />}
      </Group>
    </Group>
  );
}

function Rollable({ taskId, revision }: { taskId: string; revision: number }): ReactElement {
  const { data } = useQuery(revisionsQuery(taskId, 1));
  const latest = data?.revisions[0]?.revision;
  return (
    <>
      {latest !== undefined && latest !== revision && (
        <AnchorLink size="sm" to="/tasks/$taskId/revisions/$range" params={{ taskId, range: `${revision}..${latest}` }}>
          Compare <span className="task-hidden">revision {revision} </span>with now
        </AnchorLink>
      )}
      <RollBack taskId={taskId} revision={revision} latest={latest} />
    </>
  );
}
