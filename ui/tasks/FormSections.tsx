/** The sections of a definition's form. */
import { Checkbox, Fieldset, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { CodeField } from '../form/CodeField';
import { EnvEditor } from '../form/EnvEditor';
import { imageHint } from '../form/hints';
import { idOf } from '../form/ids';
import { ClusterField, GroupField, TagsField } from '../form/NameFields';
import { NumberField } from '../form/NumberField';
import { ResourceFields } from '../form/ResourceFields';
import { messageAt, messageUnder, type Fault } from '../form/rules';
import { engineOf, minimumOf } from '../launch/places';
import { usePlaces } from '../launch/usePlaces';
import { labels, type DefinitionForm } from './definition-form';

export type SectionProps = {
  form: DefinitionForm;
  change: (to: Partial<DefinitionForm>) => void;
  faults: readonly Fault[];
  /** It exists already: its names stay. */
  isStored: boolean;
};

export function Identity({ form, change, faults, isStored }: SectionProps): ReactElement {
  return (
    <Fieldset legend="Identity">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          id={idOf('alias')}
          label={labels.alias}
          required
          readOnly={isStored}
          variant={isStored ? 'filled' : 'default'}
          description={isStored ? 'Cannot be changed' : 'Its name, unlike all others; cannot be changed later'}
          value={form.alias}
          error={messageAt(faults, 'alias')}
          autoComplete="off"
          onChange={({ currentTarget }) => {
            change({ alias: currentTarget.value });
          }}
        />
        <GroupField
          isFixed={isStored}
          value={form.group_name}
          error={messageAt(faults, 'group_name')}
          onChange={(group) => {
            change({ group_name: group });
          }}
        />
        <TextInput
          id={idOf('user')}
          label={labels.user}
          description="Who looks after it"
          value={form.user}
          error={messageAt(faults, 'user')}
          onChange={({ currentTarget }) => {
            change({ user: currentTarget.value });
          }}
        />
        <TagsField
          value={form.tags}
          error={messageUnder(faults, 'tags')}
          onChange={(tags) => {
            change({ tags });
          }}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

export function WhatRuns({ form, change, faults }: SectionProps): ReactElement {
  return (
    <Fieldset legend="What runs">
      <Stack>
        <TextInput
          id={idOf('image')}
          label={labels.image}
          required
          description={imageHint(form.image) ?? 'Such as ubuntu:24.04'}
          value={form.image}
          error={messageAt(faults, 'image')}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          onChange={({ currentTarget }) => {
            change({ image: currentTarget.value });
          }}
        />
        <CodeField
          id={idOf('command')}
          label={labels.command}
          required
          description="A shell script."
          value={form.command}
          error={messageAt(faults, 'command')}
          onChange={(command) => {
            change({ command });
          }}
        />
        <div>
          <Text size="sm" fw={600} mb={4}>
            Environment
          </Text>
          <EnvEditor
            rows={form.env}
            faults={faults}
            onChange={(env) => {
              change({ env });
            }}
          />
        </div>
      </Stack>
    </Fieldset>
  );
}

export function ResourceSection({ form, change, faults }: SectionProps): ReactElement {
  const places = usePlaces();
  const engine = places === undefined ? undefined : engineOf(places, form.target_cluster);
  const minimum = places === undefined || engine === undefined ? undefined : minimumOf(places, engine);
  return (
    <Fieldset legend="Resources">
      <Stack>
        <ResourceFields
          values={form}
          onChange={change}
          faults={faults}
          required={['memory']}
          engine={engine}
          minimum={minimum}
        />
        <Checkbox
          id={idOf('adaptive_resource_allocation')}
          label={labels.adaptive_resource_allocation}
          description="After a run that was out of memory, the next ones get more"
          checked={form.adaptive_resource_allocation}
          onChange={({ currentTarget }) => {
            change({ adaptive_resource_allocation: currentTarget.checked });
          }}
        />
      </Stack>
    </Fieldset>
  );
}

const switches = {
  retry_on_interruption: 'An attempt that the platform took away is tried again: the job must bear to be run twice',
  retry_on_oom: 'An attempt that was out of memory is tried again',
  privileged: 'The container has the rights of the machine it is on',
} as const;

export function Advanced({ form, change, faults }: SectionProps): ReactElement {
  const names = Object.keys(switches) as (keyof typeof switches)[];
  return (
    <Fieldset legend="Advanced">
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TagsInput
            id={idOf('ports')}
            label={labels.ports}
            description="Enter adds one"
            inputMode="numeric"
            acceptValueOnBlur
            value={form.ports}
            error={messageUnder(faults, 'ports')}
            onChange={(ports) => {
              change({ ports });
            }}
          />
          <NumberField
            id={idOf('shared_memory_size')}
            label="Shared memory (MB)"
            description="/dev/shm"
            value={form.shared_memory_size}
            error={messageAt(faults, 'shared_memory_size')}
            onChange={(value) => {
              change({ shared_memory_size: value });
            }}
          />
          <ClusterField
            value={form.target_cluster}
            error={messageAt(faults, 'target_cluster')}
            onChange={(cluster) => {
              change({ target_cluster: cluster });
            }}
          />
        </SimpleGrid>
        <Text size="sm" c="dimmed">
          Machines, spot or on demand, are chosen for each run.
        </Text>
        {names.map((name) => (
          <Checkbox
            key={name}
            id={idOf(name)}
            label={labels[name]}
            description={switches[name]}
            checked={form[name]}
            onChange={({ currentTarget }) => {
              change({ [name]: currentTarget.checked });
            }}
          />
        ))}
      </Stack>
    </Fieldset>
  );
}
