/** Clusters: whether they take new runs, since when, and why not. */
import { Badge, Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { clustersQuery, keys } from '../api/queries';
import { Time } from '../parts/Time';
import { Trouble } from '../parts/Trouble';
import { Freshness } from './Freshness';

type Cluster = Schemas['Cluster'];

const colours: Record<Cluster['status'], string> = { active: 'green', maintenance: 'orange', offline: 'gray' };
const names: Record<Cluster['status'], string> = {
  active: 'Active',
  maintenance: 'In maintenance',
  offline: 'Offline',
};

export function Clusters(): ReactElement {
  const clusters = useQuery(clustersQuery);
  return (
    <>
      <Freshness of={[clusters]} />
      {clusters.data !== undefined && <Rows clusters={clusters.data} />}
    </>
  );
}

function Rows({ clusters }: { clusters: readonly Cluster[] }): ReactElement {
  if (clusters.length === 0) return <Text size="sm">No cluster is configured.</Text>;
  return (
    <Table className="cards">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Cluster</Table.Th>
          <Table.Th>Engine</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>Since</Table.Th>
          <Table.Th>Reason</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {clusters.map((cluster) => (
          <Row key={cluster.id} cluster={cluster} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ cluster }: { cluster: Cluster }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const isActive = cluster.status === 'active';
  return (
    <Table.Tr>
      <Table.Th scope="row">{cluster.name}</Table.Th>
      <Table.Td data-label="Engine">{cluster.engine}</Table.Td>
      <Table.Td data-label="Status">
        <Group gap="sm">
          <Badge variant="light" color={colours[cluster.status]}>
            {names[cluster.status]}
          </Badge>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={isActive ? `Maintenance of ${cluster.name}` : `Activate ${cluster.name}`}
            onClick={() => {
              setAsking(true);
            }}
          >
            {isActive ? 'Maintenance' : 'Activate'}
          </Button>
        </Group>
        {isAsking && (
          <Confirm
            cluster={cluster}
            onClose={() => {
              setAsking(false);
            }}
          />
        )}
      </Table.Td>
      <Table.Td data-label="Since">
        <Time at={cluster.status_since} />
      </Table.Td>
      <Table.Td data-label="Reason">{cluster.status_reason === '' ? '–' : cluster.status_reason}</Table.Td>
    </Table.Tr>
  );
}

function Confirm({ cluster, onClose }: { cluster: Cluster; onClose: () => void }): ReactElement {
  const { id, name, status } = cluster;
  const isActive = status === 'active';
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (to: Pick<Cluster, 'status' | 'status_reason'>) =>
      unwrap(api.PUT('/api/v6/clusters/{cluster_id}', { params: { path: { cluster_id: id } }, body: to })),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.clusters });
      onClose();
    },
  });
  const act = (): void => {
    if (!isActive) change.mutate({ status: 'active', status_reason: '' });
    else if (reason.trim() === '') setMissing(true);
    else change.mutate({ status: 'maintenance', status_reason: reason.trim() });
  };
  return (
    <Modal opened onClose={onClose} title={isActive ? `Take ${name} into maintenance?` : `Activate ${name}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">
            {isActive
              ? 'It takes no new runs until it is activated. What it has goes on.'
              : 'It takes new runs again, and those that wait for it.'}
          </Text>
          {isActive && (
            <TextInput
              label="Reason"
              description="Told to those whose runs it does not take"
              data-autofocus
              maxLength={1024}
              value={reason}
              error={isMissing && reason.trim() === '' ? 'Say why: people will wonder' : null}
              onChange={(event) => {
                setReason(event.currentTarget.value);
              }}
            />
          )}
          {change.error !== null && <Trouble error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              {isActive ? 'Maintenance' : 'Activate'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
