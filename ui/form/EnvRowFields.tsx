/** One variable: its name, and its value, which may have lines; hidden while nobody edits it, where it looks like a secret. */
import { ActionIcon, Button, Group, Input, Text, Textarea, TextInput, Tooltip } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Icon } from '../parts/icons';
import { SecretValue } from '../parts/SecretValue';
import { dots, secrecyOf } from '../parts/secret';
import { nameWarning, type EnvRow } from './env';
import { idOf } from './ids';
import { afterClick } from './pointer';

type Props = {
  row: EnvRow;
  rows: readonly EnvRow[];
  /** From 1. */
  number: number;
  /** Among the variables of the body; -1 for a row that says nothing. */
  place: number;
  isNew: boolean;
  keptText: string;
  nameFault: string | undefined;
  valueFault: string | undefined;
  mark: ReactNode;
  onChange: (to: Partial<EnvRow>) => void;
  onRemove: () => void;
  onPaste: (text: string) => boolean;
};

export function EnvRowFields(props: Props): ReactElement {
  const { row, rows, number, place, nameFault, mark, onChange, onRemove, onPaste } = props;
  const warning = nameWarning(rows, row);
  const called = row.name === '' ? `variable ${number}` : row.name;
  return (
    <div className="env-row">
      <TextInput
        id={place === -1 ? undefined : idOf(`env.${place}.name`)}
        aria-label={`Name of variable ${number}`}
        placeholder="NAME"
        value={row.name}
        readOnly={row.held === 'kept'}
        error={nameFault}
        description={warning === undefined ? undefined : <span className="env-warning">{warning}</span>}
        inputWrapperOrder={['input', 'description', 'error']}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        // The row was asked for by a button: its name is what comes next.
        autoFocus={props.isNew}
        classNames={{ input: 'mono' }}
        onChange={({ currentTarget }) => {
          onChange({ name: currentTarget.value });
        }}
        onPaste={(event) => {
          if (onPaste(event.clipboardData.getData('text'))) event.preventDefault();
        }}
      />
      <div>
        <Value {...props} called={called} />
        {mark}
      </div>
      <Tooltip label={`Remove ${called}`}>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove ${called}`} onClick={onRemove}>
          <Icon name="trash" />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function Value({ row, place, called, keptText, valueFault, onChange }: Props & { called: string }): ReactElement {
  const [isEditing, setEditing] = useState(false);
  const [wasAsked, setAsked] = useState(false);
  const id = place === -1 ? undefined : idOf(`env.${place}.value`);
  const edit = (): void => {
    setAsked(true);
    setEditing(true);
    onChange({ held: 'here' });
  };
  if (row.held === 'kept') {
    return (
      <Group gap="xs" mih={36}>
        <Text size="sm" c="dimmed">
          <span aria-hidden="true">{dots}</span> {keptText}
        </Text>
        <Button
          id={id}
          size="compact-sm"
          variant="default"
          onClick={edit}
          aria-label={`Replace the value of ${called}`}
        >
          Replace
        </Button>
      </Group>
    );
  }
  if (!isEditing && row.held === 'here' && secrecyOf(row.name, row.value) === 'hidden') {
    return (
      <Group gap="xs" mih={36}>
        <SecretValue name={row.name} value={row.value} />
        <Button id={id} size="compact-sm" variant="default" onClick={edit} aria-label={`Edit the value of ${called}`}>
          Edit
        </Button>
        {valueFault !== undefined && <Input.Error>{valueFault}</Input.Error>}
      </Group>
    );
  }
  return (
    <Textarea
      id={id}
      aria-label={`Value of ${called}`}
      placeholder={row.held === 'lost' ? 'Not shown: give its value' : 'value'}
      value={row.value}
      error={valueFault}
      autosize
      minRows={1}
      maxRows={10}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      autoFocus={wasAsked}
      classNames={{ input: 'mono' }}
      onFocus={() => {
        setEditing(true);
      }}
      onBlur={({ currentTarget }) => {
        // Hidden, it is one line: what is below moves up.
        afterClick(() => {
          if (document.activeElement !== currentTarget) setEditing(false);
        });
      }}
      onChange={({ currentTarget }) => {
        onChange({ value: currentTarget.value, held: 'here' });
      }}
    />
  );
}
