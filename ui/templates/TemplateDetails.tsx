/** What a template is: its command with gaps, what fills them, and with what it runs. */
import { Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { coresText } from '../form/hints';
import { defaultEngine } from '../launch/places';
import { usePlaces } from '../launch/usePlaces';
import { countText } from '../parts/count';
import { CopyButton } from '../parts/CopyButton';
import { SecretValue } from '../parts/SecretValue';
import { withoutSecrets } from '../parts/secret';
import type { Template } from './queries';
import './templates.css';

export function TemplateDetails({ template }: { template: Template }): ReactElement {
  return (
    <Stack>
      <Code title="Command" text={template.command_template} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Code title="Schema" text={JSON.stringify(template.schema, null, 2)} />
        <Code title="Defaults" text={JSON.stringify(withoutSecrets(template.defaults), null, 2)} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Env env={template.env} />
        <Facts template={template} />
      </SimpleGrid>
    </Stack>
  );
}

function Code({ title, text }: { title: string; text: string }): ReactElement {
  return (
    <Paper withBorder p="sm" component="section" aria-label={title} miw={0}>
      <Group gap={4} mb="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        <CopyButton text={text} what={title.toLowerCase()} />
      </Group>
      <pre className="code template-code" tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </Paper>
  );
}

function Env({ env }: { env: Template['env'] }): ReactElement {
  return (
    <Paper withBorder p="sm" component="section" aria-label="Environment" miw={0}>
      <Title order={2} size="h5" mb="xs">
        Environment
      </Title>
      {env.length === 0 ? (
        <Text size="sm" c="dimmed">
          No variables
        </Text>
      ) : (
        <Table className="cards" aria-label="Environment variables">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="40%">Name</Table.Th>
              <Table.Th>Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {env.map(({ name, value }, n) => (
              <Table.Tr key={`${n} ${name}`}>
                <Table.Td className="mono" data-label="Name">
                  {name}
                </Table.Td>
                <Table.Td data-label="Value">
                  <SecretValue name={name} value={value} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}

function Facts({ template }: { template: Template }): ReactElement {
  const { cpu, memory, gpu, ephemeral_storage: disk } = template;
  const places = usePlaces();
  const engine = places && defaultEngine(places);
  const facts: [name: string, value: string][] = [
    ['CPU', cpu === undefined ? 'not set' : `${countText(cpu)} (${coresText(cpu, engine)})`],
    ['Memory', `${countText(memory)} MB`],
    ['GPUs', gpu === undefined ? 'not set' : String(gpu)],
    ['Disk', disk === undefined ? 'not set' : `${countText(disk)} MB`],
    ['Adaptive memory', template.adaptive_resource_allocation ? 'on: more after an out-of-memory kill' : 'off'],
    ['Privileged', template.privileged ? 'yes' : 'no'],
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label="Resources" miw={0}>
      <Title order={2} size="h5" mb="xs">
        Resources
      </Title>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
      </dl>
    </Paper>
  );
}

function FactRow({ name, value }: { name: string; value: string }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
