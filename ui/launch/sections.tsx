/** The sections of a launch form: who runs it and where, with what, for how long. */
import { Fieldset, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { CodeField } from '../form/CodeField';
import { idOf } from '../form/ids';
import { NumberField } from '../form/NumberField';
import { ResourceFields } from '../form/ResourceFields';
import { messageAt, messageUnder, type Fault } from '../form/rules';
import { durationText } from '../parts/duration';
import { Changed } from './Changed';
import { LabelEditor } from './LabelEditor';
import { isChanged, labels, type FieldName, type LaunchForm } from './launch-form';
import { clusterOptions, closedReason, engineOptions, engineWarning, minimumOf, type Places } from './places';

export type SectionProps = {
  form: LaunchForm;
  base: LaunchForm;
  change: (to: Partial<LaunchForm>) => void;
  faults: readonly Fault[];
};

const lifecycles = { spot: 'Spot: cheaper, may be taken away', ondemand: 'On demand: stay until the end' } as const;

/** The mark of a field, where it differs from the definition. */
function markOf({ form, base, change }: SectionProps, name: FieldName, was?: string): ReactNode {
  if (!isChanged(form, base, name)) return null;
  return (
    <Changed
      name={labels[name]}
      was={was}
      onUndo={() => {
        change({ [name]: base[name] });
      }}
    />
  );
}

type WhereProps = SectionProps & { places: Places; ownerField: string };

export function WhoAndWhere({ places, ownerField, ...of }: WhereProps): ReactElement {
  const { form, base, change, faults } = of;
  return (
    <Fieldset legend="Who and where">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
        <TextInput
          id={idOf(ownerField)}
          label={labels.owner}
          required
          description="Who runs it; this browser remembers it"
          value={form.owner}
          error={messageAt(faults, ownerField)}
          autoComplete="off"
          maxLength={255}
          onChange={({ currentTarget }) => {
            change({ owner: currentTarget.value });
          }}
        />
        <div>
          <NativeSelect
            id={idOf('engine')}
            label={labels.engine}
            description="What runs the container"
            data={engineOptions(places, form.engine)}
            value={form.engine}
            error={messageAt(faults, 'engine')}
            onChange={({ currentTarget: { value } }) => {
              // Another engine has other clusters.
              change({ engine: value, cluster: value === base.engine ? base.cluster : '' });
            }}
          />
          {markOf(of, 'engine', base.engine)}
        </div>
        <div>
          <NativeSelect
            id={idOf('cluster')}
            label={labels.cluster}
            description="One in maintenance takes no runs"
            data={clusterOptions(places, form)}
            value={form.cluster}
            error={messageAt(faults, 'cluster') ?? closedReason(places, form)}
            onChange={({ currentTarget }) => {
              change({ cluster: currentTarget.value });
            }}
          />
          {form.engine === base.engine && markOf(of, 'cluster', base.cluster === '' ? 'any' : base.cluster)}
        </div>
        <div>
          <NativeSelect
            id={idOf('node_lifecycle')}
            label={labels.node_lifecycle}
            description="Counts where the engine has both"
            data={Object.entries(lifecycles).map(([value, label]) => ({ value, label }))}
            value={form.node_lifecycle}
            error={messageAt(faults, 'node_lifecycle')}
            onChange={({ currentTarget }) => {
              change({ node_lifecycle: currentTarget.value });
            }}
          />
          {markOf(of, 'node_lifecycle', 'spot')}
        </div>
      </SimpleGrid>
      <EngineWarning text={engineWarning(places, form.engine)} />
    </Fieldset>
  );
}

function EngineWarning({ text }: { text: string | undefined }): ReactNode {
  if (text === undefined) return null;
  return (
    <Text size="xs" c="dimmed" mt="xs">
      {text}
    </Text>
  );
}

export function CommandSection(of: SectionProps): ReactElement {
  const { form, change, faults } = of;
  return (
    <Fieldset legend="What runs">
      <CodeField
        id={idOf('command')}
        label={labels.command}
        description="A shell script; empty: the definition's."
        value={form.command}
        error={messageAt(faults, 'command')}
        onChange={(command) => {
          change({ command });
        }}
      />
      {markOf(of, 'command')}
    </Fieldset>
  );
}

export function LimitsSection({ places, ...of }: SectionProps & { places: Places }): ReactElement {
  const { form, base, change, faults } = of;
  const seconds = Number(form.active_deadline_seconds);
  const isNumber = Number.isInteger(seconds) && seconds > 0;
  return (
    <Fieldset legend="Resources and time">
      <Stack>
        <ResourceFields
          values={form}
          onChange={change}
          faults={faults}
          placeholders={base}
          engine={form.engine}
          minimum={minimumOf(places, form.engine)}
          mark={(name) => markOf(of, name, base[name])}
        />
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <div>
            <NumberField
              id={idOf('active_deadline_seconds')}
              label="Deadline (seconds)"
              description={
                isNumber ? `Its command is ended after ${durationText(seconds * 1000)}` : 'How long it may run'
              }
              value={form.active_deadline_seconds}
              error={messageAt(faults, 'active_deadline_seconds')}
              placeholder={base.active_deadline_seconds}
              step={3600}
              min={1}
              onChange={(value) => {
                change({ active_deadline_seconds: value });
              }}
            />
            {markOf(of, 'active_deadline_seconds', base.active_deadline_seconds)}
          </div>
        </SimpleGrid>
      </Stack>
    </Fieldset>
  );
}

export function NotesSection({ form, change, faults }: SectionProps): ReactElement {
  return (
    <Fieldset legend="Notes">
      <Stack>
        <TextInput
          id={idOf('description')}
          label={labels.description}
          description="What this run is for"
          value={form.description}
          error={messageAt(faults, 'description')}
          onChange={({ currentTarget }) => {
            change({ description: currentTarget.value });
          }}
        />
        <LabelEditor
          rows={form.labels}
          error={messageUnder(faults, 'labels')}
          onChange={(rows) => {
            change({ labels: rows });
          }}
        />
      </Stack>
    </Fieldset>
  );
}
