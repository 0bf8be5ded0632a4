/** Why there is no row, and how to go on. */
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { chipOf, withChip } from './chips';
import { isEmpty, type View } from './filter';
import type { Scope } from './scope';

export function Empty({
  scope,
  view,
  total,
  onChange,
}: {
  scope: Scope;
  view: View;
  total: number;
  onChange: (view: View) => void;
}): ReactElement {
  const { filter } = view;
  const button = (text: string, next: View): ReactElement => (
    <Button
      variant="default"
      size="xs"
      onClick={() => {
        onChange(next);
      }}
    >
      {text}
    </Button>
  );
  if (total > 0) {
    return <Note text={`There is no page ${view.page}.`}>{button('Go to page 1', { ...view, page: 1 })}</Note>;
  }
  if (isEmpty(filter)) return <Note text="No run yet.">{<RunOne scope={scope} />}</Note>;
  const rest = withChip(filter, 'All');
  const isOnlyActive = chipOf(filter) === 'Active' && isEmpty(rest);
  return isOnlyActive ? (
    <Note text="Nothing is active.">{button('Show all', { ...view, filter: rest, page: 1 })}</Note>
  ) : (
    <Note text="No runs match. Remove a filter above, or all of them.">
      {button('Remove all filters', { ...view, filter: {}, page: 1 })}
    </Note>
  );
}

function RunOne({ scope }: { scope: Scope }): ReactElement {
  switch (scope.of) {
    case 'all':
      return (
        <Anchor component={Link} to="/tasks">
          Run a task
        </Anchor>
      );
    case 'task':
      return (
        <Anchor component={Link} to={`/tasks/${scope.id}/execute`}>
          Run this task
        </Anchor>
      );
    case 'template':
      return (
        <Anchor component={Link} to={`/templates/${scope.id}/execute`}>
          Run this template
        </Anchor>
      );
  }
}

function Note({ text, children }: { text: string; children: ReactElement }): ReactElement {
  return (
    <Stack align="center" gap="xs" py="xl" role="status">
      <Text>{text}</Text>
      {children}
    </Stack>
  );
}
