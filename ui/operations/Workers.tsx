/** Engines and their workers: pickup of new runs can be paused, and goes on again. */
import { Badge, Button, Group, Modal, NumberInput, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap } from '../api/client';
import { keys, workersQuery } from '../api/queries';
import { Trouble } from '../parts/Trouble';
import { Freshness } from './Freshness';
import { waitingQuery } from './queries';

const most = 100;

export function Workers(): ReactElement {
  const workers = useQuery(workersQuery);
  return (
    <>
      <Freshness of={[workers]} />
      {workers.data !== undefined && (
        <Table className="cards">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Engine</Table.Th>
              <Table.Th>Pickup of new runs</Table.Th>
              <Table.Th>Wanted workers</Table.Th>
              <Table.Th>Waiting</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {workers.data
              .filter(({ worker_type: type }) => type === 'submit')
              .map(({ engine, count_per_instance: count }) => (
                <Engine key={engine} engine={engine} count={count} />
              ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}

function Engine({ engine, count }: { engine: string; count: number }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const waiting = useQuery(waitingQuery(engine));
  const isPaused = count === 0;
  return (
    <Table.Tr>
      <Table.Th scope="row">{engine}</Table.Th>
      <Table.Td data-label="Pickup">
        <Group gap="sm">
          <Badge variant="light" color={isPaused ? 'orange' : 'green'}>
            {isPaused ? 'Paused' : 'On'}
          </Badge>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${isPaused ? 'Resume' : 'Pause'} pickup of ${engine}`}
            onClick={() => {
              setAsking(true);
            }}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
        </Group>
        {isAsking && (
          <Confirm
            engine={engine}
            isPaused={isPaused}
            queued={waiting.data?.total}
            onClose={() => {
              setAsking(false);
            }}
          />
        )}
      </Table.Td>
      <Table.Td data-label="Wanted workers">{count}</Table.Td>
      <Table.Td data-label="Waiting">{waiting.data?.total ?? '…'}</Table.Td>
    </Table.Tr>
  );
}

type ConfirmProps = { engine: string; isPaused: boolean; queued: number | undefined; onClose: () => void };

function Confirm({ engine, isPaused, queued, onClose }: ConfirmProps): ReactElement {
  const [count, setCount] = useState(1);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: number) =>
      unwrap(
        api.PUT('/api/v5/worker/{worker_type}', {
          params: { path: { worker_type: 'submit' } },
          body: { engine, count_per_instance: wanted },
        }),
      ),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.workers });
      onClose();
    },
  });
  const waiting = queued === undefined ? 'Runs that are queued' : `${queued} queued ${queued === 1 ? 'run' : 'runs'}`;
  return (
    <Modal opened onClose={onClose} title={isPaused ? `Resume pickup of ${engine}?` : `Pause pickup of ${engine}?`}>
      <Stack gap="sm">
        <Text size="sm">
          {isPaused
            ? `${waiting} will be started, and whatever comes.`
            : `${waiting} will wait, and whatever comes, until pickup is resumed. What runs goes on, and can be stopped.`}
        </Text>
        {isPaused && (
          <NumberInput
            label="Wanted workers"
            description="1 is what an installation begins with"
            min={1}
            max={most}
            allowDecimal={false}
            value={count}
            onChange={(value) => {
              setCount(Number(value));
            }}
          />
        )}
        {change.error !== null && <Trouble error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={change.isPending}
            onClick={() => {
              change.mutate(isPaused ? count : 0);
            }}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
