/** Copies a text, and says how that went. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { copyText } from './copy';
import { Icon } from './icons';

const saidMs = 2000;

/** `what`: named to readers of the screen, such as `run id`. */
export function CopyButton({ text, what }: { text: string; what: string }): ReactElement {
  const [isCopied, setCopied] = useState<boolean | null>(null);
  useEffect(() => {
    if (isCopied === null) return;
    const timer = window.setTimeout(() => {
      setCopied(null);
    }, saidMs);
    return () => {
      window.clearTimeout(timer);
    };
  }, [isCopied]);
  const label = isCopied === null ? `Copy ${what}` : isCopied ? 'Copied' : 'Could not copy';
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color={isCopied === false ? 'red' : 'gray'}
        size="sm"
        aria-label={label}
        onClick={() => {
          void copyText(text).then(setCopied);
        }}
      >
        <Icon name={isCopied === null ? 'copy' : isCopied ? 'check' : 'close'} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
