/** The list of runs with its filters, live: on the page of runs, of a task, of a template. */
import { Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef, type ReactElement } from 'react';
import { Trouble } from '../parts/Trouble';
import { useListView, type Change } from '../parts/use-list-view';
import type { AddFilter } from './cells';
import { withChip } from './chips';
import { useColumns } from './columns';
import { Empty } from './Empty';
import { searchOf, viewOf, withValues, type RunFilter, type View } from './filter';
import { Foot } from './Foot';
import { News } from './News';
import { RowSkeletons, RunCards, RunTable, type RowsOf } from './rows';
import classes from './runs.module.css';
import type { Scope } from './scope';
import { Selection } from './Selection';
import { StopBanner } from './StopBanner';
import { Toolbar } from './Toolbar';
import { useRuns, type Runs } from './use-runs';
import { useSelection } from './use-selection';

/** Cards instead of a table. */
const narrow = '(max-width: 48em)';

/**
 * `scope`: whose runs. Filters, page and order are in the query of the page's address (keys of `filter.ts`); whatever else is there,
 * such as `tab`, stays. Has no heading of its own: the page (`h1`) or its section (`h2`) names it.
 */
export function RunList({ scope }: { scope: Scope }): ReactElement {
  const { view, change, visit } = useListView({ viewOf, searchOf });
  const runs = useRuns(scope, view);
  const { feed, total } = runs;
  const isNarrow = useMediaQuery(narrow, false, { getInitialValueInEffect: false });
  const ids = feed.rows.map((run) => run.run_id).join(' ');
  const shownIds = useMemo(() => (ids === '' ? [] : ids.split(' ')), [ids]);
  const selecting = useSelection(JSON.stringify(view.filter), shownIds);
  return (
    <Stack gap="xs">
      <Toolbar scope={scope} view={view} change={change} visit={visit} rows={feed.rows} isNarrow={isNarrow} />
      <News
        total={runs.isShown ? total : null}
        fresh={feed.fresh.size}
        answeredAt={runs.answeredAt}
        onShow={() => {
          // By their start, those that have not started come last.
          if (view.sort.by === 'queued_at') runs.reload();
          else change.push({ ...view, sort: { by: 'queued_at', order: 'desc' }, page: 1 });
        }}
      />
      {runs.error !== null && <Trouble error={runs.error} onRetry={runs.reload} />}
      <Body {...{ scope, view, change, runs, isNarrow, selecting }} />
      <div className={classes['bottom']}>
        <StopBanner scope={scope} />
        <Selection scope={scope} filter={view.filter} total={total} rows={feed.rows} selecting={selecting} />
      </div>
      {runs.isShown && total > 0 && <Foot view={view} total={total} isNarrow={isNarrow} onChange={change.push} />}
    </Stack>
  );
}

function Body(of: {
  scope: Scope;
  view: View;
  change: Change<View>;
  runs: Runs;
  isNarrow: boolean;
  selecting: ReturnType<typeof useSelection>;
}): ReactElement | null {
  const { scope, view, change, runs, isNarrow, selecting } = of;
  const shown = useColumns(scope);
  const onFilter = useAddFilter(view, change);
  if (runs.isFirst) return <RowSkeletons />;
  if (!runs.isShown) return null;
  if (runs.feed.rows.length === 0 && !runs.isOld) {
    return <Empty scope={scope} view={view} total={runs.total} onChange={change.push} />;
  }
  const rows: RowsOf = {
    rows: runs.feed.rows,
    gone: runs.feed.gone,
    shown,
    chosen: selecting.chosen,
    sort: view.sort,
    isOld: runs.isOld,
    onFilter,
    onChoose: selecting.onChoose,
    onChooseAll: selecting.onChooseAll,
    onSort: (sort) => {
      change.push({ ...view, sort, page: 1 });
    },
  };
  return isNarrow ? <RunCards {...rows} /> : <RunTable {...rows} />;
}

/** Stays the same function: rows are drawn anew only when they change. */
function useAddFilter(view: View, change: Change<View>): AddFilter {
  const now = useRef({ view, change });
  useEffect(() => {
    now.current = { view, change };
  });
  return useCallback((key, value) => {
    const { filter } = now.current.view;
    now.current.change.push({ ...now.current.view, filter: added(filter, key, value), page: 1 });
  }, []);
}

/** What became of a run takes the place of a chip; other values are added to those that are there. */
function added(filter: RunFilter, key: Parameters<AddFilter>[0], value: string): RunFilter {
  if (key === 'status' || key === 'outcome') return withValues(withChip(filter, 'All'), key, [value]);
  return withValues(filter, key, [...(filter[key] ?? []), value]);
}
