/** The keys, as a list. */
import { Kbd, Modal, Table, Text } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { shortcuts } from './shortcuts';

export function ShortcutList({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactElement {
  // Only one that was closed before knows where the focus goes back to.
  const isMounted = useMounted();
  return (
    <Modal opened={opened && isMounted} onClose={onClose} title="Keys">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="5rem">Key</Table.Th>
            <Table.Th>What it does</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shortcuts.map(({ keys, does }) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="sm">
        They are off while you type. Settings can turn them off.
      </Text>
    </Modal>
  );
}
