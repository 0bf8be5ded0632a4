/** All filters of a list: beside it where there is room, else in a drawer. */
import { Paper, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { clustersQuery, groupsQuery, infoQuery } from '../api/queries';
import { FilterDrawer } from '../parts/FilterDrawer';
import type { Change } from '../parts/use-list-view';
import { useSettings } from '../settings/settings';
import { withValues, type ValueKey, type View } from './filter';
import type { Scope } from './scope';
import { TimeField } from './TimeField';
import { ValuesField } from './ValuesField';
import { variableOf, variableText } from './words';

type Of = {
  scope: Scope;
  view: View;
  change: Change<View>;
  visit: number;
  /** Their values are proposed. */ rows: readonly Schemas['Run'][];
};

/** It is there while it is open. */
export function FilterPanel(of: Of & { id: string; isNarrow: boolean; onClose: () => void }): ReactElement {
  if (of.isNarrow) {
    return (
      <FilterDrawer onClose={of.onClose}>
        <Fields key={of.visit} {...of} />
      </FilterDrawer>
    );
  }
  return (
    <Paper withBorder p="sm" component="section" aria-label="Filters" id={of.id}>
      <Fields key={of.visit} {...of} />
    </Paper>
  );
}

function Fields({ scope, view, change, rows }: Of): ReactElement {
  const { owner } = useSettings();
  const { data: groups } = useQuery(groupsQuery);
  const { data: clusters } = useQuery(clustersQuery);
  const { data: info } = useQuery(infoQuery);
  const { filter } = view;

  const field = (key: ValueKey, label: string, placeholder: string, suggestions: readonly string[], isLive = false) => (
    <ValuesField
      key={key}
      label={label}
      placeholder={placeholder}
      values={filter[key] ?? []}
      suggestions={suggestions.filter((one) => one !== '')}
      onCommit={(values) => {
        change.push({ ...view, filter: withValues(filter, key, values), page: 1 });
      }}
      {...(isLive
        ? {
            onType: (values: string[]) => {
              change.type(withValues(filter, key, values));
            },
          }
        : {})}
    />
  );
  const aliases = rows.map((run) => run.alias);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm" verticalSpacing="xs">
        {scope.of === 'all' && field('alias', 'Alias', 'Any part of it', aliases, true)}
        {scope.of === 'all' && field('alias_not', 'Without alias', 'Any part of it', aliases, true)}
        {/* Whole names: parts of them would find nothing while they are typed. */}
        {field('owner', 'Owner', 'Whole name', [owner, ...rows.map((run) => run.user)])}
        {field('engine', 'Engine', 'Any', info?.engines.map(({ name }) => name) ?? [])}
        {field('cluster_name', 'Cluster', 'Any', clusters?.map(({ name }) => name) ?? [])}
        {scope.of === 'all' && field('group_name', 'Group', 'Any part of it', groups?.groups ?? [], true)}
        <ValuesField
          label="Environment variable"
          placeholder="NAME=value"
          values={filter.env ?? []}
          suggestions={[]}
          read={variableOf}
          show={variableText}
          onCommit={(values) => {
            change.push({ ...view, filter: withValues(filter, 'env', values), page: 1 });
          }}
        />
      </SimpleGrid>
      <TimeField view={view} change={change} />
    </Stack>
  );
}
