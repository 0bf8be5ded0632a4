/** What the template is filled with: as a form or as JSON, beside the command that comes of it. */
import { Fieldset, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { CopyButton } from '../parts/CopyButton';
import { idOf } from '../form/ids';
import { messageAt, messageUnder, type Fault } from '../form/rules';
import { hasForm, payloadField, textOf, typed, type JsonObject, type Payload } from './payload';
import type { Rendered } from './useRendered';
import './templates.css';

const SchemaForm = lazy(async () => ({ default: (await import('./SchemaForm')).SchemaForm }));

type Props = {
  schema: JsonObject;
  payload: Payload;
  onChange: (payload: Payload) => void;
  faults: readonly Fault[];
  rendered: Rendered;
};

export function PayloadSection({ schema, payload, onChange, faults, rendered }: Props): ReactElement {
  const canForm = hasForm(schema);
  const [wantsJson, setWantsJson] = useState(false);
  const isJson = wantsJson || !canForm;
  const own = messageAt(faults, payloadField);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} className="template-fill">
      <Fieldset legend="Payload" miw={0}>
        <Stack gap="sm">
          {canForm && (
            <SegmentedControl
              size="xs"
              w="fit-content"
              aria-label="Payload as"
              value={isJson ? 'json' : 'form'}
              data={[
                { value: 'form', label: 'Form' },
                { value: 'json', label: 'JSON' },
              ]}
              onChange={(value) => {
                setWantsJson(value === 'json');
                // What is no JSON cannot be in the form: it shows what it was before.
                onChange({ data: payload.data, text: null });
              }}
            />
          )}
          {isJson ? (
            <Textarea
              id={idOf(payloadField)}
              label="Payload (JSON)"
              description="What the template's command is filled with"
              value={textOf(payload)}
              error={own ?? messageUnder(faults, payloadField)}
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
      <RenderedCommand rendered={rendered} />
    </SimpleGrid>
  );
}

function RenderedCommand({ rendered: { command, error, isPending } }: { rendered: Rendered }): ReactElement {
  return (
    <Fieldset legend="Command" miw={0} className="template-beside">
      <Stack gap="xs">
        <Text size="xs" c="dimmed" role="status">
          {error !== null
            ? command === null
              ? 'Not rendered yet'
              : 'Not rendered: this is the last one that was'
            : isPending
              ? 'Rendering…'
              : 'What will run'}
          {command !== null && <CopyButton text={command} what="command" />}
        </Text>
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
            data-old={error !== null || isPending || undefined}
          >
            {command}
          </pre>
        )}
      </Stack>
    </Fieldset>
  );
}
