/** Asks before a form that was changed is left: by a link, by Back, or by closing the tab. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactElement } from 'react';

/** `isChanged` is asked at that moment: what was just saved is no longer a change. */
export function LeaveGuard({ isChanged }: { isChanged: () => boolean }): ReactElement {
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged() && current.pathname !== next.pathname,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  const stay = (): void => {
    leaving.reset?.();
  };
  return (
    <Modal opened={leaving.status === 'blocked'} onClose={stay} title="Leave without saving?">
      <Text size="sm">What you changed here has not been saved.</Text>
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
