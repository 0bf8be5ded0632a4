/** What the template is filled with: as a form or as JSON, beside the command that comes of it. */
import { Fieldset, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { again } from '../app/again';
import { CopyButton } from '../parts/CopyButton';
import { idOf } from '../form/ids';
import type { Fault } from '../form/rules';
import { hasForm, isBroken, isOfPayload, payloadField, textOf, typed, type JsonObject, type Payload } from './payload';
import type { Rendered } from './useRendered';
import './templates.css';

const SchemaForm = lazy(async () => ({ default: (await again(() => import('./SchemaForm'))).SchemaForm }));

type Props = {
  schema: JsonObject;
  payload: Payload;
  onChange: (payload: Payload) => void;
  /** What its fields say. */
  faults: readonly Fault[];
  labelOf: (field: string) => string;
  rendered: Rendered;
  /** Why nothing can be rendered of it. */
  lacks: readonly Fault[];
};

export function PayloadSection({ schema, payload, onChange, faults, labelOf, rendered, lacks }: Props): ReactElement {
  const canForm = hasForm(schema);
  const [wantsJson, setWantsJson] = useState(false);
  const isJson = wantsJson || !canForm;
  const isUnread = isBroken(payload);
  const wrong = faults.find(({ field }) => isOfPayload(field));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} className="template-fill">
      <Fieldset legend="Payload" miw={0}>
        <Stack gap="sm">
          {canForm && (
            <Group gap="sm">
              <SegmentedControl
                size="xs"
                aria-label="Payload as"
                value={isJson ? 'json' : 'form'}
                data={[
                  { value: 'form', label: 'Form', disabled: isUnread },
                  { value: 'json', label: 'JSON' },
                ]}
                onChange={(value) => {
                  setWantsJson(value === 'json');
                  onChange({ data: payload.data, text: null });
                }}
              />
              <Text size="sm" c="dimmed" role="status">
                {isUnread && 'Not a JSON object yet: the form cannot show it'}
              </Text>
            </Group>
          )}
          {isJson ? (
            <Textarea
              id={idOf(payloadField)}
              label="Payload (JSON)"
              description="What the template's command is filled with"
              value={textOf(payload)}
              error={wrong && sentenceOf(wrong, labelOf)}
              autosize
              minRows={8}
              maxRows={30}
              spellCheck={false}
              classNames={{ input: 'mono' }}
              onChange={({ currentTarget }) => {
                onChange(typed(payload, currentTarget.value));
              }}
            />
          ) : (
            <Suspense fallback={<Skeleton height={200} />}>
              <SchemaForm
                schema={schema}
                data={payload.data}
                faults={faults}
                onChange={(data) => {
                  onChange({ data, text: null });
                }}
              />
            </Suspense>
          )}
        </Stack>
      </Fieldset>
      <RenderedCommand rendered={rendered} lacks={lacks.map((fault) => sentenceOf(fault, labelOf))} />
    </SimpleGrid>
  );
}

function sentenceOf({ field, message }: Fault, labelOf: Props['labelOf']): string {
  return field === payloadField ? message : `${labelOf(field)}: ${message}`;
}

type RenderedProps = { rendered: Rendered; lacks: readonly string[] };

function RenderedCommand({ rendered: { command, error, isPending }, lacks }: RenderedProps): ReactElement {
  const isOld = error !== null || lacks.length > 0;
  return (
    <Fieldset legend="Command" miw={0} className="template-beside">
      <Stack gap="xs">
        <Text size="xs" c="dimmed" role="status">
          {isOld
            ? command === null
              ? 'Not rendered yet'
              : 'Not rendered: this is the last one that was'
            : isPending
              ? 'Rendering…'
              : 'What will run'}
          {command !== null && <CopyButton text={command} what="command" />}
        </Text>
        {lacks.map((sentence) => (
          <Text key={sentence} size="sm" className="said">
            {sentence}
          </Text>
        ))}
        {error !== null && (
          <Text size="sm" c="var(--mantine-color-error)" className="said">
            {error}
          </Text>
        )}
        {command !== null && (
          <pre
            className="code template-code"
            tabIndex={0}
            aria-label="Rendered command"
            data-old={isOld || isPending || undefined}
          >
            {command}
          </pre>
        )}
      </Stack>
    </Fieldset>
  );
}
