/** All definitions: /tasks. */
import { Button, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { groupsQuery, tagsQuery } from '../api/queries';
import { again } from '../app/again';
import { AsOf } from '../parts/AsOf';
import { countText } from '../parts/count';
import { Icon } from '../parts/icons';
import { ButtonLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { ZoneNote } from '../parts/Time';
import { Trouble } from '../parts/Trouble';
import { useListView, type Change } from '../parts/use-list-view';
import { Foot } from '../runs/Foot';
import { ValuesField } from '../runs/ValuesField';
import { settings } from '../settings/settings';
import { TaskCards, TaskTable } from './TaskRows';
import { searchOf, viewOf, withValues, type FilterKey, type TaskView } from './task-view';
import { useTasks } from './use-tasks';

const FilterDrawer = lazy(async () => ({ default: (await again(() => import('../parts/FilterDrawer'))).FilterDrawer }));

export function TaskListPage(): ReactElement {
  const { view, change, visit } = useListView({ viewOf, searchOf });
  const { data, error, isPlaceholderData, dataUpdatedAt, refetch } = useTasks(view);
  const isNarrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const [isFiltering, setFiltering] = useState(false);
  const isFiltered = Object.keys(view.filter).length > 0;

  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <PageTitle>Tasks</PageTitle>
        <ButtonLink to="/tasks/create" leftSection={<Icon name="plus" />}>
          New task
        </ButtonLink>
      </Group>
      {isNarrow && (
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<Icon name="filter" size={14} />}
          aria-expanded={isFiltering}
          onClick={() => {
            setFiltering(!isFiltering);
          }}
        >
          Filters{isFiltered && ' (on)'}
        </Button>
      )}
      {!isNarrow && <Filters key={visit} view={view} change={change} />}
      {isNarrow && isFiltering && (
        <Suspense fallback={null}>
          <FilterDrawer
            onClose={() => {
              setFiltering(false);
            }}
          >
            <Filters key={visit} view={view} change={change} />
          </FilterDrawer>
        </Suspense>
      )}
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={400} />}
      {data !== undefined && (
        <>
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status">
              {data.total === 1 ? '1 task' : `${countText(data.total)} tasks`}
              {isFiltered && (data.total === 1 ? ' matches' : ' match')}
            </Text>
            <AsOf at={dataUpdatedAt} isTold isOld={error !== null} />
            <ZoneNote />
          </Group>
          {data.definitions.length === 0 ? (
            <Empty view={view} change={change} total={data.total} />
          ) : isNarrow ? (
            <TaskCards tasks={data.definitions} isOld={isPlaceholderData} />
          ) : (
            <TaskTable tasks={data.definitions} isOld={isPlaceholderData} view={view} change={change} />
          )}
          {data.total > 0 && <Foot view={view} total={data.total} isNarrow={isNarrow} onChange={change.push} />}
        </>
      )}
    </Stack>
  );
}

function Filters({ view, change }: { view: TaskView; change: Change<TaskView> }): ReactElement {
  const { data: groups } = useQuery(groupsQuery);
  const { data: tags } = useQuery(tagsQuery);
  const field = (key: FilterKey, label: string, suggestions: readonly string[], isPart: boolean): ReactElement => (
    <ValuesField
      label={label}
      placeholder={isPart ? 'Any part of it' : 'Whole name'}
      values={view.filter[key] ?? []}
      suggestions={suggestions}
      onCommit={(values) => {
        change.push({ ...view, filter: withValues(view.filter, key, values), page: 1 });
      }}
      {...(isPart
        ? {
            onType: (values: string[]) => {
              change.type(withValues(view.filter, key, values));
            },
          }
        : {})}
    />
  );
  const { owner } = settings();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm" role="search" aria-label="Filters">
      {field('alias', 'Alias', [], true)}
      {field('group_name', 'Group', groups?.groups ?? [], true)}
      {field('image', 'Image', [], true)}
      {field('owner', 'Owner', owner === '' ? [] : [owner], false)}
      {field('tags', 'Tags', tags?.tags ?? [], false)}
    </SimpleGrid>
  );
}

function Empty({ view, change, total }: { view: TaskView; change: Change<TaskView>; total: number }): ReactElement {
  const isFiltered = Object.keys(view.filter).length > 0;
  const button = (text: string, next: TaskView): ReactElement => (
    <Button
      variant="default"
      size="xs"
      onClick={() => {
        change.push(next);
      }}
    >
      {text}
    </Button>
  );
  return (
    <Stack align="center" gap="xs" py="xl">
      <Text>
        {total > 0
          ? `There is no page ${view.page}.`
          : isFiltered
            ? 'No tasks match. Remove a filter.'
            : 'No task yet. A task says what runs, and with what; it can then be run again and again.'}
      </Text>
      {total > 0 ? (
        button('Go to page 1', { ...view, page: 1 })
      ) : isFiltered ? (
        button('Remove all filters', { ...view, filter: {}, page: 1 })
      ) : (
        <ButtonLink to="/tasks/create" size="xs">
          Define one
        </ButtonLink>
      )}
    </Stack>
  );
}
