/** The runs that this run's job has started. */
import { Group, Pagination, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { keys, runQuery } from '../api/queries';
import { CopyButton } from '../parts/CopyButton';
import { nameOf, shortId } from '../parts/run-name';
import { StatusBadge } from '../parts/StatusBadge';
import { Duration, Time, ZoneNote } from '../parts/Time';
import { Trouble } from '../parts/Trouble';
import { RunLink } from './Facts';
import './run.css';

const pageRows = 20;
const everyMs = 10_000;

export function ChildrenTab({
  run: { run_id: id, status, spawned_runs: spawned },
}: {
  run: Schemas['RunDetail'];
}): ReactElement {
  const [page, setPage] = useState(1);
  // No event of a run tells that it has a new child.
  useQuery({ ...runQuery(id), refetchInterval: status === 'STOPPED' ? false : everyMs });
  const all = (spawned ?? []).map((child) => child.run_id);
  const shown = all.slice((page - 1) * pageRows, page * pageRows);
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.run(id), 'children', shown],
    queryFn: async ({ signal }) => {
      const query = { run_id: shown, limit: pageRows, sort_by: 'queued_at', order: 'asc' } as const;
      return (await unwrap(api.GET('/api/v6/history', { params: { query }, signal }))).history;
    },
    enabled: shown.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.every((child) => child.status === 'STOPPED') === true ? false : everyMs,
  });
  if (all.length === 0) return <Text>Its job has started no other runs.</Text>;
  if (data === undefined) {
    if (error === null) return <Text c="dimmed">Asking for them …</Text>;
    return <Trouble error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Stack gap="xs">
      <ZoneNote />
      <ChildTable rows={data} />
      {all.length > pageRows && (
        <Group>
          <Pagination
            total={Math.ceil(all.length / pageRows)}
            value={page}
            onChange={setPage}
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
            getItemProps={(n) => ({ 'aria-label': `Page ${n}` })}
          />
        </Group>
      )}
    </Stack>
  );
}

function ChildTable({ rows }: { rows: Schemas['Run'][] }): ReactElement {
  return (
    <Table className="run-cards" aria-label="Children">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Status</Table.Th>
          <Table.Th>Alias</Table.Th>
          <Table.Th>Run</Table.Th>
          <Table.Th>Owner</Table.Th>
          <Table.Th>Queued</Table.Th>
          <Table.Th>Run time</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((child) => (
          <Table.Tr key={child.run_id} data-row={child.run_id}>
            <Table.Td data-label="Status">
              <span>
                <StatusBadge run={child} />
              </span>
            </Table.Td>
            <Table.Td data-label="Alias">{nameOf(child)}</Table.Td>
            <Table.Td data-label="Run">
              <Group gap={4} wrap="nowrap">
                <RunLink id={child.run_id} />
                <CopyButton text={child.run_id} what={`run id ${shortId(child.run_id)}`} />
              </Group>
            </Table.Td>
            <Table.Td data-label="Owner">{child.user}</Table.Td>
            <Table.Td data-label="Queued">
              <Time at={child.queued_at} />
            </Table.Td>
            <Table.Td data-label="Run time">
              {child.started_at === undefined ? '–' : <Duration from={child.started_at} to={child.finished_at} />}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
