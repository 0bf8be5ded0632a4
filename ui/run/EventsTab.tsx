/** What the backend reported about the run's attempts: newest last, as it comes in. */
import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { Time, ZoneNote } from '../parts/Time';
import { Trouble } from '../parts/Trouble';
import { foldEvents } from './fold';
import './run.css';
import { useBackendEvents } from './useRun';

export function EventsTab({ run }: { run: Schemas['RunDetail'] }): ReactElement {
  const { data, error, refetch } = useBackendEvents(run);
  if (data === undefined) {
    if (error === null) return <Text c="dimmed">Asking for events …</Text>;
    return <Trouble error={error} onRetry={() => void refetch()} />;
  }
  if (data.length === 0) {
    return <Text>{run.status === 'STOPPED' ? 'No events were reported.' : 'No events were reported yet.'}</Text>;
  }
  return (
    <Stack gap="xs">
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      <ZoneNote />
      <Table className="run-cards" aria-label="Events">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Attempt</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Reason</Table.Th>
            <Table.Th>Message</Table.Th>
            <Table.Th>Source</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {foldEvents(data).map((event) => (
            <Table.Tr
              data-row
              key={`${event.first} ${event.attempt} ${event.reason} ${event.source_object} ${event.message}`}
            >
              <Table.Td data-label="When">
                <Time at={event.timestamp} />
              </Table.Td>
              <Table.Td data-label="Attempt">{event.attempt}</Table.Td>
              <Table.Td data-label="Type">
                <Badge variant="light" color={event.event_type === 'Warning' ? 'orange' : 'gray'} tt="none">
                  {event.event_type}
                </Badge>
              </Table.Td>
              <Table.Td data-label="Reason">{event.reason}</Table.Td>
              <Table.Td data-label="Message">
                <Group gap="xs">
                  <span className="said">{event.message}</span>
                  {event.times > 1 && (
                    <Text span size="sm" fw={600}>
                      ×{event.times} since <Time at={event.first} />
                    </Text>
                  )}
                </Group>
              </Table.Td>
              <Table.Td data-label="Source">{event.source_object}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
