/** The value of a variable: hidden where it looks like a secret, shown for a while to whoever asks. */
import { ActionIcon, Group, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { Icon } from './icons';
import { dots, revealSeconds, secrecyOf } from './secret';

export function SecretValue({ name, value }: { name: string; value: string }): ReactElement {
  switch (secrecyOf(name, value)) {
    case 'plain':
      return value === '' ? (
        <Text span size="sm" c="dimmed">
          (empty)
        </Text>
      ) : (
        <span className="mono said">{value}</span>
      );
    case 'absent':
      return (
        <Text span size="sm" c="dimmed">
          <Dots /> kept by the server
        </Text>
      );
    case 'hidden':
      // Another value is hidden again.
      return <Hidden key={value} name={name} value={value} />;
  }
}

function Dots(): ReactElement {
  return <span aria-hidden="true">{dots}</span>;
}

function Hidden({ name, value }: { name: string; value: string }): ReactElement {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isShown) return;
    const timer = window.setTimeout(() => {
      setShown(false);
    }, revealSeconds * 1000);
    return () => {
      window.clearTimeout(timer);
    };
  }, [isShown]);
  const label = isShown ? `Hide ${name}` : `Show ${name} for ${revealSeconds} s`;
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      {isShown ? (
        <span className="mono said">{value}</span>
      ) : (
        <span>
          <Dots />
          <VisuallyHidden>hidden</VisuallyHidden>
        </span>
      )}
      <Tooltip label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={label}
          onClick={() => {
            setShown(!isShown);
          }}
        >
          <Icon name={isShown ? 'eyeOff' : 'eye'} size={14} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
