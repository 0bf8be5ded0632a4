/** Asks before a form that was changed is left: by a link, by Back, or by closing the tab. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactElement } from 'react';

type Props = {
  /** Asked at that moment: what was just sent is no longer a change. */
  isChanged: () => boolean;
  /** The question, and what answers it. */
  title: string;
  children: string;
};

export function LeaveGuard({ isChanged, title, children }: Props): ReactElement {
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged() && current.pathname !== next.pathname,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  const stay = (): void => {
    leaving.reset?.();
  };
  return (
    <Modal opened={leaving.status === 'blocked'} onClose={stay} title={title}>
      <Text size="sm">{children}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={stay} data-autofocus>
          Stay
        </Button>
        <Button
          color="red"
          onClick={() => {
            leaving.proceed?.();
          }}
        >
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
