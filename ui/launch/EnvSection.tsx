/** Variables of a launch: those of the definition, which it always has, and those that this run has beside or instead of them. */
import { Button, Fieldset, Stack, Table, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { newRow, type EnvRow, type EnvVar } from '../form/env';
import { EnvEditor } from '../form/EnvEditor';
import { SecretValue } from '../parts/SecretValue';
import { secrecyOf } from '../parts/secret';
import { Changed } from './Changed';
import type { SectionProps } from './sections';

type Props = SectionProps & {
  /** The definition's, or the template's. */
  own: readonly EnvVar[];
  ownName: 'definition' | 'template';
  /** As the form was opened. */
  first: readonly EnvRow[];
};

export function EnvSection({ form, change, faults, own, ownName, first }: Props): ReactElement {
  const setRows = (rows: EnvRow[]): void => {
    change({ env: rows });
  };
  const overridden = new Set(form.env.map(({ name }) => name));
  const mark = (row: EnvRow): ReactNode => {
    const kept = first.find(({ id, held }) => id === row.id && held === 'kept');
    if (kept !== undefined && row.held !== 'kept') {
      return (
        <Changed
          name={row.name}
          undo="Keep that run's value"
          onUndo={() => {
            setRows(form.env.map((one) => (one.id === row.id ? kept : one)));
          }}
        />
      );
    }
    if (row.name === '') return null;
    const was = own.find(({ name }) => name === row.name);
    if (was === undefined) return <Changed name={row.name} word="added" />;
    if (row.held === 'here' && row.value === was.value) return null;
    return (
      <Changed
        name={row.name}
        was={secrecyOf(was.name, was.value) === 'plain' ? was.value : undefined}
        onUndo={() => {
          setRows(form.env.filter(({ id }) => id !== row.id));
        }}
      />
    );
  };
  return (
    <Fieldset legend="Environment">
      <Stack>
        {own.length > 0 && (
          <OwnTable
            own={own}
            ownName={ownName}
            overridden={overridden}
            onOverride={({ name, value }) => {
              setRows([...form.env, newRow(name, secrecyOf(name, value) === 'absent' ? '' : value)]);
            }}
          />
        )}
        <div>
          <Text size="sm" fw={500} mb={4}>
            {own.length > 0 ? 'For this run' : 'Variables of this run'}
          </Text>
          <EnvEditor rows={form.env} onChange={setRows} faults={faults} keptText="kept from that run" mark={mark} />
        </div>
      </Stack>
    </Fieldset>
  );
}

type TableProps = Pick<Props, 'own' | 'ownName'> & {
  overridden: ReadonlySet<string>;
  onOverride: (variable: EnvVar) => void;
};

function OwnTable({ own, ownName, overridden, onOverride }: TableProps): ReactElement {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        From the {ownName}
      </Text>
      <Table className="cards" aria-label={`Variables of the ${ownName}`} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th w="8rem">
              <span className="launch-hidden">Change</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {own.map((variable, n) => (
            <Table.Tr key={`${n} ${variable.name}`}>
              <Table.Td className="mono" data-label="Name">
                {variable.name}
              </Table.Td>
              <Table.Td data-label="Value">
                <SecretValue name={variable.name} value={variable.value} />
              </Table.Td>
              <Table.Td>
                {overridden.has(variable.name) ? (
                  <Text size="xs" c="dimmed">
                    replaced below
                  </Text>
                ) : (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Replace ${variable.name} for this run`}
                    onClick={() => {
                      onOverride(variable);
                    }}
                  >
                    Replace
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
