/** What is known of a run in short: its end, its times, its resources, where it ran, what it came from. */
import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { CopyButton } from '../parts/CopyButton';
import { durationText } from '../parts/duration';
import { shortId } from '../parts/run-name';
import { Duration, Time } from '../parts/Time';
import { digestOf, resourceRows, spansOf, type Asked } from './amounts';
import './run.css';
import { exitWords } from './words';

type Run = Schemas['RunDetail'];
type Props = { run: Run; explanation: Schemas['Explanation'] | undefined };

export function Facts({ run, explanation }: Props): ReactElement {
  return (
    <Stack gap="sm" component="section" aria-label="Facts">
      <Title order={2} size="h4">
        Facts
      </Title>
      <div className="run-known">
        <dl className="run-facts">
          <Ending run={run} />
          <Place run={run} explanation={explanation} />
          <Origin run={run} />
        </dl>
        <Resources run={run} />
      </div>
      {run.note !== undefined && (
        <Text size="sm" className="said">
          Note: {run.note}
        </Text>
      )}
      {run.adaptive_resources !== undefined && run.adaptive_resources !== run.note && (
        <Text size="sm" className="said">
          Adapted: {run.adaptive_resources}
        </Text>
      )}
      {run.run_exceptions?.map((exception) => (
        <Text key={exception} size="sm" className="said">
          Exception: {exception}
        </Text>
      ))}
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Ending({ run }: { run: Run }): ReactElement {
  const { queue, run: ran } = spansOf(run);
  return (
    <>
      <Fact name="Exit code">{exitWords(run)}</Fact>
      {run.exit_reason !== undefined && (
        <Fact name="Exit reason">
          <span className="said">{run.exit_reason}</span>
        </Fact>
      )}
      <Fact name="Queued">
        <Time at={run.queued_at} />
      </Fact>
      <Fact name="Time in the queue">
        <Duration {...queue} />
      </Fact>
      <Fact name="Run time">{ran === null ? 'not begun' : <Duration {...ran} />}</Fact>
      {run.finished_at !== undefined && (
        <Fact name="Finished">
          <Time at={run.finished_at} />
        </Fact>
      )}
      <Fact name="May run for">{durationText(run.active_deadline_seconds * 1000)}</Fact>
    </>
  );
}

function Place({ run, explanation }: Props): ReactElement {
  const { instance, pod_name: pod, task_arn: arn, image } = run;
  const nodes = [instance.dns_name, instance.instance_id, explanation?.attempts.at(-1)?.node ?? ''];
  const digest = digestOf(image);
  return (
    <>
      <Fact name="Engine / cluster">
        {run.engine} / {run.cluster}
      </Fact>
      <Fact name="Node">{nodes.find((node) => node !== '') ?? 'not reported'}</Fact>
      <Fact name="Node lifecycle">{run.node_lifecycle}</Fact>
      {pod !== undefined && <Fact name="Pod">{pod}</Fact>}
      {arn !== '' && <Fact name="ECS task">{arn}</Fact>}
      <Fact name="Image">{digest === null ? image : image.replace(`@${digest}`, '')}</Fact>
      <Fact name="Image digest">
        {digest === null ? (
          'not pinned: a tag may move'
        ) : (
          <>
            <span className="mono">{digest}</span> <CopyButton text={digest} what="image digest" />
          </>
        )}
      </Fact>
      {run.arch !== undefined && <Fact name="Architecture">{run.arch}</Fact>}
      {run.service_account !== undefined && <Fact name="Service account">{run.service_account}</Fact>}
      {run.tier !== undefined && <Fact name="Tier">{run.tier}</Fact>}
    </>
  );
}

function Origin({ run }: { run: Run }): ReactElement {
  const { definition_revision: revision, parent_run_id: parent, from_run: from, labels, executable_id: id } = run;
  return (
    <>
      {run.executable_type === 'task_definition' && (
        <Fact name="Revision">
          <Anchor
            renderRoot={(props: Record<string, unknown>) => (
              <Link {...props} to="/tasks/$taskId" params={{ taskId: id }} search={{ tab: 'revisions' }} />
            )}
          >
            {revision === undefined ? 'of the task' : `revision ${revision}`}
          </Anchor>
        </Fact>
      )}
      {run.template_version !== undefined && <Fact name="Template">version {run.template_version}</Fact>}
      <Fact name="Tried again">{retryWords(run)}</Fact>
      {parent !== undefined && (
        <Fact name="Started by">
          <RunLink id={parent} />
        </Fact>
      )}
      {from !== undefined && (
        <Fact name="Run again from">
          <RunLink id={from} />
        </Fact>
      )}
      {run.description !== run.alias && <Fact name="Description">{run.description}</Fact>}
      {labels !== undefined && (
        <Fact name="Labels">
          {Object.entries(labels)
            .map(([name, value]) => `${name}=${value}`)
            .join(', ')}
        </Fact>
      )}
    </>
  );
}

function retryWords(run: Run): string {
  const causes = [
    'when it cannot be started',
    ...(run.retry_on_interruption ? ['when interrupted'] : []),
    ...(run.retry_on_oom ? ['when out of memory'] : []),
  ];
  return causes.join(', ');
}

export function RunLink({ id }: { id: string }): ReactElement {
  return (
    <Anchor
      className="mono"
      title={id}
      renderRoot={(props: Record<string, unknown>) => <Link {...props} to="/runs/$runId" params={{ runId: id }} />}
    >
      {shortId(id)}
    </Anchor>
  );
}

function Resources({ run }: { run: Run }): ReactElement {
  const rows = resourceRows(run, useAsked(run));
  return (
    <Table className="run-cards" aria-label="Resources" verticalSpacing={4} maw="40rem">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Resource</Table.Th>
          <Table.Th>Requested</Table.Th>
          <Table.Th>Limit</Table.Th>
          <Table.Th>Peak</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ name, requested, limit, peak }) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" data-label="Resource">
              {name}
            </Table.Th>
            <Table.Td data-label="Requested">{requested}</Table.Td>
            <Table.Td data-label="Limit">{limit}</Table.Td>
            <Table.Td data-label="Peak">{peak}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** A run tells only what its request said: the rest stands in what it was made from, as that was then. */
function useAsked(run: Run): Asked {
  const { executable_id: id, executable_type: type, definition_revision: revision } = run;
  const { data } = useQuery({
    queryKey: ['asked', type, id, revision ?? null],
    queryFn: async ({ signal }): Promise<Asked> => {
      if (type === 'template') {
        return unwrap(api.GET('/api/v7/template/{template_id}', { params: { path: { template_id: id } }, signal }));
      }
      if (revision === undefined) return null;
      const path = { definition_id: id, revision: String(revision) };
      const found = await unwrap(
        api.GET('/api/v6/task/{definition_id}/revisions/{revision}', { params: { path }, signal }),
      );
      return 'definition' in found ? found.definition : null;
    },
    staleTime: Infinity,
    // Of a deleted one nothing is known any more.
    retry: false,
  });
  return data ?? null;
}
