/** What a task is: what runs, with what, under which rules. */
import { Badge, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { coresText } from '../form/hints';
import { engineOf } from '../launch/places';
import { usePlaces } from '../launch/usePlaces';
import { countText } from '../parts/count';
import { CopyButton } from '../parts/CopyButton';
import { SecretValue } from '../parts/SecretValue';
import './tasks.css';

type Definition = Schemas['Definition'];
type Facts = readonly (readonly [name: string, value: ReactNode])[];

const none = (
  <Text span size="sm" c="dimmed">
    not set
  </Text>
);

export function TaskDetails({ task }: { task: Definition }): ReactElement {
  const places = usePlaces();
  return (
    <Stack>
      <WhatRuns task={task} />
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <Section title="Resources" facts={resourcesOf(task, places && engineOf(places, task.target_cluster ?? ''))} />
        <Section title="Identity" facts={identityOf(task)} />
        <Section title="Advanced" facts={advancedOf(task)} />
      </SimpleGrid>
    </Stack>
  );
}

function WhatRuns({ task }: { task: Definition }): ReactElement {
  return (
    <Paper withBorder p="sm" component="section" aria-label="What runs">
      <Stack gap="sm">
        <Title order={2} size="h5">
          What runs
        </Title>
        <FactList
          facts={[
            [
              'Image',
              <Group key="image" gap={4} component="span">
                <span className="mono">{task.image}</span>
                <CopyButton text={task.image} what="image" />
              </Group>,
            ],
          ]}
        />
        <div>
          <Group gap={4} mb={4}>
            <Title order={3} size="sm">
              Command
            </Title>
            <CopyButton text={task.command} what="command" />
          </Group>
          <pre className="code" tabIndex={0} aria-label="Command">
            {task.command}
          </pre>
        </div>
        <div>
          <Title order={3} size="sm" mb={4}>
            Environment
          </Title>
          <EnvTable env={task.env} />
        </div>
      </Stack>
    </Paper>
  );
}

function EnvTable({ env }: { env: Definition['env'] }): ReactElement {
  if (env.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No variables
      </Text>
    );
  }
  return (
    <Table aria-label="Environment variables">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="35%">Name</Table.Th>
          <Table.Th>Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {env.map(({ name, value }, n) => (
          <Table.Tr key={`${n} ${name}`}>
            <Table.Td className="mono">{name}</Table.Td>
            <Table.Td>
              <SecretValue name={name} value={value} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function resourcesOf(task: Definition, engine: string | undefined): Facts {
  return [
    ['CPU', task.cpu === undefined ? none : `${countText(task.cpu)} (${coresText(task.cpu, engine)})`],
    ['Memory', `${countText(task.memory)} MB`],
    ['GPUs', task.gpu ?? none],
    ['Disk', task.ephemeral_storage === undefined ? none : `${countText(task.ephemeral_storage)} MB`],
    ['Adaptive memory', task.adaptive_resource_allocation ? 'on: more after an out-of-memory kill' : 'off'],
  ];
}

function identityOf(task: Definition): Facts {
  return [
    ['Alias', task.alias],
    ['Group', task.group_name],
    ['Owner', task.user ?? none],
    [
      'Tags',
      task.tags.length === 0 ? (
        none
      ) : (
        <Group key="tags" gap={4} component="span">
          {task.tags.map((tag) => (
            <Badge key={tag} variant="default" size="sm" tt="none" fw={500} component="span">
              {tag}
            </Badge>
          ))}
        </Group>
      ),
    ],
    [
      'ID',
      <span key="id" className="mono">
        {task.definition_id}
      </span>,
    ],
    ['Revision', task.revision ?? none],
    ...(task.arn === ''
      ? []
      : [
          [
            'Task definition',
            <span key="arn" className="mono">
              {task.arn}
            </span>,
          ] as const,
        ]),
  ];
}

function advancedOf(task: Definition): Facts {
  return [
    ['Ports', task.ports.length === 0 ? none : task.ports.join(', ')],
    ['Shared memory', task.shared_memory_size === undefined ? none : `${countText(task.shared_memory_size)} MB`],
    ['Cluster', task.target_cluster ?? none],
    ['Privileged', yesNo(task.privileged)],
    ['Retry after an interruption', yesNo(task.retry_on_interruption)],
    ['Retry when out of memory', yesNo(task.retry_on_oom)],
  ];
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function Section({ title, facts }: { title: string; facts: Facts }): ReactElement {
  return (
    <Paper withBorder p="sm" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      <FactList facts={facts} />
    </Paper>
  );
}

function FactList({ facts }: { facts: Facts }): ReactElement {
  return (
    <dl className="task-facts">
      {facts.map(([name, value]) => (
        <div key={name} className="task-fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
