/** Over the rows: which runs, by chips, pills and fields; what is remembered of that; columns. */
import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, type ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { again } from '../app/again';
import { Icon } from '../parts/icons';
import type { Change } from '../parts/use-list-view';
import { useSettings } from '../settings/settings';
import { chipOf, withChip } from './chips';
import { ColumnMenu } from './ColumnMenu';
import { sortKeys, type RunFilter, type View } from './filter';
import { FilterPills } from './FilterPills';
import { SavedFilters } from './SavedFilters';
import type { Scope } from './scope';
import { StatusChips } from './StatusChips';
import { pillsOf } from './words';

const filterPanelId = 'run-filters';
/** Loaded when it is opened: its fields weigh as much as all the rest of the list. */
const FilterPanel = lazy(async () => ({ default: (await again(() => import('./FilterPanel'))).FilterPanel }));

export function Toolbar(of: {
  scope: Scope;
  view: View;
  change: Change<View>;
  visit: number;
  rows: readonly Schemas['Run'][];
  isNarrow: boolean;
}): ReactElement {
  const { scope, view, change, visit, rows, isNarrow } = of;
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { zone } = useSettings();
  const on = pillsOf(view.filter, zone).length;
  const onFilter = (filter: RunFilter): void => {
    change.push({ ...view, filter, page: 1 });
  };
  const chip = chipOf(view.filter);
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <StatusChips filter={view.filter} onChange={onFilter} />
        <Group gap={6}>
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="filter" size={14} />}
            aria-expanded={isOpen}
            {...(isOpen && !isNarrow ? { 'aria-controls': filterPanelId } : {})}
            onClick={toggle}
          >
            {on === 0 ? 'Filters' : `Filters (${on})`}
          </Button>
          <SavedFilters view={view} onApply={change.push} />
          <ColumnMenu scope={scope} />
        </Group>
      </Group>
      {isOpen && (
        <Suspense fallback={null}>
          <FilterPanel
            id={filterPanelId}
            scope={scope}
            view={view}
            change={change}
            visit={visit}
            rows={rows}
            isNarrow={isNarrow}
            onClose={close}
          />
        </Suspense>
      )}
      <FilterPills
        filter={view.filter}
        onChange={onFilter}
        onClear={() => {
          onFilter(withChip({}, chip ?? 'All'));
        }}
      />
      {isNarrow && <SortField view={view} change={change} />}
    </Stack>
  );
}

const sortNames: Record<(typeof sortKeys)[number], string> = {
  queued_at: 'queued',
  started_at: 'started',
  finished_at: 'finished',
  status: 'status',
  run_id: 'run id',
  cluster_name: 'cluster',
  group_name: 'group',
};
const orders = [
  { order: 'desc', ofTimes: 'newest first', ofTexts: 'Z to A' },
  { order: 'asc', ofTimes: 'oldest first', ofTexts: 'A to Z' },
] as const;

/** Cards have no headings to click on. */
function SortField({ view, change }: { view: View; change: Change<View> }): ReactElement {
  return (
    <NativeSelect
      size="xs"
      label="Sort by"
      value={`${view.sort.by} ${view.sort.order}`}
      data={sortKeys.flatMap((by) =>
        orders.map(({ order, ofTimes, ofTexts }) => ({
          value: `${by} ${order}`,
          label: `${sortNames[by]}, ${by.endsWith('_at') ? ofTimes : ofTexts}`,
        })),
      )}
      onChange={({ currentTarget: { value } }) => {
        const by = sortKeys.find((key) => value.startsWith(`${key} `)) ?? view.sort.by;
        change.push({ ...view, sort: { by, order: value.endsWith('asc') ? 'asc' : 'desc' }, page: 1 });
      }}
    />
  );
}
