/** Says who has changed a definition while it was being changed here, and asks whose value of a field it shall be. */
import { Alert, Button, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';
import { Time } from '../parts/Time';
import { labels, type FieldName } from './definition-form';
import type { Draft } from './draft';
import { revisionsQuery, type Revision } from './queries';
import { changedText } from './revision-words';

type Props = { taskId: string; draft: Draft; onDecide: (field: FieldName, isMine: boolean) => void };

export function Meanwhile({ taskId, draft, onDecide }: Props): ReactElement | null {
  const { openedAt, revision } = draft;
  if (revision === openedAt) return null;
  const disputed = Object.keys(draft.disputed) as FieldName[];
  return (
    <Alert color="yellow" role="status" title="It was changed meanwhile">
      <Changes key={revision} taskId={taskId} after={openedAt} />
      <Text size="sm">
        The form goes on from{' '}
        <AnchorLink
          to="/tasks/$taskId/revisions/$range"
          params={{ taskId, range: `${openedAt}..${revision}` }}
          size="sm"
          target="_blank"
        >
          revision {revision}
        </AnchorLink>
        ; what you have changed stays as you have it.
      </Text>
      {disputed.map((field) => (
        <Group key={field} gap="xs" mt="xs" role="group" aria-label={labels[field]}>
          <Text size="sm" fw={600}>
            {labels[field]} is changed by both.
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              onDecide(field, true);
            }}
          >
            Keep yours
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              onDecide(field, false);
            }}
          >
            Take theirs
          </Button>
        </Group>
      ))}
    </Alert>
  );
}

/** The newest first; a page of them is enough to see who is at work. */
function Changes({ taskId, after }: { taskId: string; after: number }): ReactElement | null {
  const { data } = useQuery({ ...revisionsQuery(taskId, 1), refetchOnMount: 'always' });
  const news = data?.revisions.filter(({ revision }) => revision > after) ?? [];
  if (news.length === 0) return null;
  return (
    <List size="sm" mb={4}>
      {news.map((one) => (
        <List.Item key={one.revision}>
          <Line of={one} />
        </List.Item>
      ))}
    </List>
  );
}

function Line({ of }: { of: Revision }): ReactElement {
  return (
    <>
      Revision {of.revision}, <Time at={of.made_at} />
      {of.made_by !== undefined && ` by ${of.made_by}`}: {changedText(of.changed)}
    </>
  );
}
