/** A dialog for lines of `NAME=value`, such as those of a file `.env`. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { parseEnv, type EnvVar } from './env';

type Props = { isOpen: boolean; onClose: () => void; onAdd: (env: EnvVar[]) => void };

export function EnvPaste({ isOpen, onClose, onAdd }: Props): ReactElement {
  const [text, setText] = useState('');
  const { env, unread } = parseEnv(text);
  const close = (): void => {
    setText('');
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title="Paste variables">
      <Stack gap="sm">
        <Textarea
          label="Lines of NAME=value"
          description="With export, quotes and # comments as in a .env file"
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          data-autofocus
          classNames={{ input: 'mono' }}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
          }}
        />
        <Text size="sm" role="status">
          {env.length === 1 ? '1 variable' : `${env.length} variables`}
          {unread.length > 0 && `; not NAME=value: line ${unread.join(', ')}`}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            disabled={env.length === 0}
            onClick={() => {
              onAdd(env);
              close();
            }}
          >
            Add
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
