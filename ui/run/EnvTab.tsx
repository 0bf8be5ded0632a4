/** The variables that the run's command sees. */
import { Stack, Table, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { SecretValue } from '../parts/SecretValue';
import './run.css';

export function EnvTab({ run }: { run: Schemas['RunDetail'] }): ReactElement {
  if (run.env.length === 0) return <Text>It has no variables.</Text>;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        Values that look like secrets are hidden.
      </Text>
      <Table className="run-cards" aria-label="Variables">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {run.env.map(({ name, value }, n) => (
            <Table.Tr key={n}>
              <Table.Th scope="row" data-label="Name" className="mono">
                {name}
              </Table.Th>
              <Table.Td data-label="Value">
                <SecretValue name={name} value={value} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
