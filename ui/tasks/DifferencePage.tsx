/** What differs between two revisions of a definition: /tasks/ID/revisions/A..B. */
import { Group, Paper, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { taskQuery } from '../api/queries';
import { ButtonLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { SecretValue } from '../parts/SecretValue';
import { Trouble } from '../parts/Trouble';
import { envBetween, isEnv, linesBetween, plainText } from './difference';
import { differenceQuery, type Difference } from './queries';
import { nameOf } from './revision-words';
import { RollBack } from './RollBack';
import { TaskTrail } from './TaskTrail';
import './difference.css';

type Change = Difference['changes'][number];

export function DifferencePage(): ReactElement {
  const { taskId = '', range = '' } = useParams({ strict: false });
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(range) ?? [];
  return from === undefined || to === undefined ? (
    <NoRange taskId={taskId} range={range} />
  ) : (
    <Differences taskId={taskId} from={from} to={to} />
  );
}

function toRevisions(taskId: string) {
  return { to: '/tasks/$taskId', params: { taskId }, search: { tab: 'revisions' } } as const;
}

function AllRevisions({ taskId }: { taskId: string }): ReactElement {
  return (
    <ButtonLink {...toRevisions(taskId)} size="compact-sm" variant="default" w="fit-content">
      All revisions
    </ButtonLink>
  );
}

function NoRange({ taskId, range }: { taskId: string; range: string }): ReactElement {
  const { data: task } = useQuery(taskQuery(taskId));
  return (
    <Stack>
      <TaskTrail task={task} here={range} />
      <PageTitle>Which two revisions?</PageTitle>
      <Text>An address such as …/revisions/1..3 compares two revisions; {range} names no two.</Text>
      <AllRevisions taskId={taskId} />
    </Stack>
  );
}

function Differences({ taskId, from, to }: { taskId: string; from: string; to: string }): ReactElement {
  const { data: task } = useQuery(taskQuery(taskId));
  const { data, error, refetch } = useQuery(differenceQuery(taskId, `${from}..${to}`));
  const navigate = useNavigate();
  const here = `Revisions ${from} to ${to}`;
  return (
    <Stack>
      <TaskTrail task={task} here={here} />
      <Group justify="space-between">
        <PageTitle tab={task === undefined ? here : `${here} · ${task.alias}`}>
          {`What changed from revision ${from} to ${to}`}
        </PageTitle>
        <Group gap="xs">
          <AllRevisions taskId={taskId} />
          {data !== undefined && data.from !== task?.revision && (
            <RollBack
              taskId={taskId}
              revision={data.from}
              latest={task?.revision}
              onDone={() => {
                void navigate(toRevisions(taskId));
              }}
            />
          )}
        </Group>
      </Group>
      {data === undefined ? (
        error === null ? (
          <Skeleton height={200} />
        ) : (
          <Trouble error={error} onRetry={() => void refetch()} />
        )
      ) : data.changes.length === 0 ? (
        <Text>They are the same.</Text>
      ) : (
        data.changes.map((change) => <ChangedField key={change.field} change={change} />)
      )}
    </Stack>
  );
}

/** Both sides of a field, under its name. */
export function ChangedField({ change }: { change: Change }): ReactElement {
  const name = nameOf(change.field);
  return (
    <Paper withBorder p="sm" component="section" aria-label={name}>
      <Title order={2} size="h5" mb="xs">
        {name}
      </Title>
      <Sides change={change} />
    </Paper>
  );
}

function Sides({ change: { field, before, after } }: { change: Change }): ReactElement {
  if (field === 'env') return <Env before={isEnv(before) ? before : []} after={isEnv(after) ? after : []} />;
  if (field === 'command') return <Lines before={plainText(before)} after={plainText(after)} />;
  return (
    <div className="diff">
      <DiffText kind="gone" text={plainText(before)} />
      <DiffText kind="new" text={plainText(after)} />
    </div>
  );
}

function Lines({ before, after }: { before: string; after: string }): ReactElement {
  return (
    <div className="diff" role="region" tabIndex={0} aria-label="Lines that differ">
      {linesBetween(before, after).map((line, n) =>
        line.kind === 'skipped' ? (
          <div key={n} className="diff-skipped">
            {line.count} lines are the same
          </div>
        ) : (
          <DiffText key={n} kind={line.kind} text={line.text} />
        ),
      )}
    </div>
  );
}

const signs = { same: ' ', gone: '−', new: '+' } as const;

function DiffText({ kind, text }: { kind: keyof typeof signs; text: string }): ReactElement {
  const Tag = kind === 'gone' ? 'del' : kind === 'new' ? 'ins' : 'span';
  return (
    <Tag className="diff-line" data-diff={kind}>
      <span className="diff-sign">{signs[kind]}</span>
      <span>{text === '' && kind !== 'same' ? '(empty)' : text}</span>
    </Tag>
  );
}

function Env({ before, after }: Record<'before' | 'after', readonly { name: string; value: string }[]>): ReactElement {
  const changes = envBetween(before, after);
  if (changes.length === 0) {
    return <Text size="sm">The order of the variables, or a value that is not shown.</Text>;
  }
  return (
    <Table aria-label="Variables that differ" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Before</Table.Th>
          <Table.Th>After</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ name, ...sides }) => (
          <Table.Tr key={name}>
            <Table.Td className="mono">{name}</Table.Td>
            <Table.Td>
              <Side name={name} value={sides.before} />
            </Table.Td>
            <Table.Td>
              <Side name={name} value={sides.after} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Side({ name, value }: { name: string; value: string | null }): ReactElement {
  if (value !== null) return <SecretValue name={name} value={value} />;
  return (
    <Text size="sm" c="dimmed" span>
      not there
    </Text>
  );
}
