/** Whether what the installation needs answers: its database, Temporal, the clusters. */
import { Badge, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { Time } from '../parts/Time';
import { Freshness } from './Freshness';
import { readyQuery } from './queries';

const words: Record<Schemas['Readiness']['status'], string> = {
  ready: 'All that is needed answers.',
  degraded: 'Runs are taken; those of a cluster that cannot be seen wait.',
  unready: 'Nothing can be served without what is missing below.',
};

const names: Readonly<Record<string, string>> = { postgres: 'Postgres', temporal: 'Temporal' };

export function Health(): ReactElement {
  const ready = useQuery(readyQuery);
  const { data } = ready;
  if (data === undefined) return ready.error === null ? <Text size="sm">Asking…</Text> : <Freshness of={[ready]} />;
  return (
    <>
      <Freshness of={[ready]} />
      <Text size="sm" mb="xs">
        {words[data.status]}
      </Text>
      <Table className="cards">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Answers</Table.Th>
            <Table.Th>Checked</Table.Th>
            <Table.Th>Trouble</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.checks.map((check) => (
            <Table.Tr key={check.name}>
              <Table.Th scope="row">{names[check.name] ?? check.name}</Table.Th>
              <Table.Td data-label="Answers">
                <Badge variant="light" color={check.ok ? 'green' : 'red'}>
                  {check.ok ? 'Yes' : 'No'}
                </Badge>
              </Table.Td>
              <Table.Td data-label="Checked">
                <Time at={check.checked_at} />
              </Table.Td>
              <Table.Td data-label="Trouble">
                {check.error ?? '–'}
                {check.since !== undefined && (
                  <>
                    , since <Time at={check.since} />
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
