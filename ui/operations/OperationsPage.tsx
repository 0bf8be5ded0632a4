/** What operators look at and switch: /operations. */
import { Anchor, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { infoQuery } from '../api/queries';
import { AnchorLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { openStatuses } from '../parts/status';
import { Time, ZoneNote } from '../parts/Time';
import { Clusters } from './Clusters';
import { Freshness } from './Freshness';
import { Health } from './Health';
import { openRunsQuery, waitingQuery } from './queries';
import { Workers } from './Workers';

export function OperationsPage(): ReactElement {
  return (
    <Stack gap="lg">
      <PageTitle>Operations</PageTitle>
      <Section title="Health">
        <>
          <ZoneNote />
          <Health />
        </>
      </Section>
      <Section title="Queue">
        <Queue />
      </Section>
      <Section title="Engines">
        <Workers />
      </Section>
      <Section title="Clusters">
        <>
          <ZoneNote />
          <Clusters />
        </>
      </Section>
      <Section title="This installation">
        <Installation />
      </Section>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactElement }): ReactElement {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Queue(): ReactElement {
  const open = useQuery(openRunsQuery);
  const waiting = useQuery(waitingQuery());
  const oldest = waiting.data?.oldest;
  return (
    <>
      <Freshness of={[open, waiting]} />
      <Group gap="xl">
        <AnchorLink to="/runs" search={{ status: openStatuses }}>
          {open.data ?? '…'} open
        </AnchorLink>
        <AnchorLink to="/runs" search={{ status: 'QUEUED', sort_by: 'queued_at', order: 'asc' }}>
          {waiting.data?.total ?? '…'} queued
        </AnchorLink>
        {waiting.data?.total === 0 && (
          <Text size="sm" c="dimmed">
            Nothing waits.
          </Text>
        )}
        {oldest !== undefined && (
          <Text size="sm">
            The oldest,{' '}
            <AnchorLink to="/runs/$runId" params={{ runId: oldest.run_id }} inherit>
              {oldest.alias}
            </AnchorLink>
            , waits since <Time at={oldest.queued_at} />
          </Text>
        )}
      </Group>
    </>
  );
}

function Installation(): ReactElement {
  const info = useQuery(infoQuery);
  const { data } = info;
  return (
    <Stack gap="xs">
      <Freshness of={[info]} />
      <dl className="facts">
        <Fact name="Version">{data?.version ?? '…'}</Fact>
        <Fact name="Mode">{data?.mode ?? '…'}</Fact>
        <Fact name="Server’s zone">{data?.time_zone ?? '…'}</Fact>
        <Fact name="API">
          <Anchor href="/api/docs" size="sm">
            Documentation
          </Anchor>
        </Fact>
        {data?.temporal_ui_url !== undefined && (
          <Fact name="Workflows">
            <Anchor href={data.temporal_ui_url} target="_blank" rel="noopener noreferrer" size="sm">
              Temporal UI
            </Anchor>
          </Fact>
        )}
      </dl>
      {data?.engines.map(
        ({ name, warning }) =>
          warning !== undefined && (
            <Group key={name} gap="xs">
              <Badge variant="light" color="yellow">
                {name}
              </Badge>
              <Text size="sm">{warning}</Text>
            </Group>
          ),
      )}
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactElement | string }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
