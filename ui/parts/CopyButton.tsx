/** Copies a text, and says so. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { Icon } from './icons';

/** `what`: named to readers of the screen, such as `run id`. */
export function CopyButton({ text, what }: { text: string; what: string }): ReactElement {
  const { copied, copy } = useClipboard({ timeout: 2000 });
  const label = copied ? 'Copied' : `Copy ${what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={label}
        onClick={() => {
          copy(text);
        }}
      >
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
