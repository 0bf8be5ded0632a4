/** Rows of a list: of a table where there is room, else cards. */
import { Skeleton, VisuallyHidden } from '@mantine/core';
import { memo, useLayoutEffect, useMemo, useRef, useState, type ReactElement, type RefObject } from 'react';
import type { Schemas } from '../api/client';
import { Icon } from '../parts/icons';
import { nameOf, shortId } from '../parts/run-name';
import { useSettings } from '../settings/settings';
import { Cell, type AddFilter } from './cells';
import { columns, type ColumnName } from './columns';
import type { Sort } from './filter';
import { fitting } from './fitting';
import classes from './runs.module.css';

type Run = Schemas['Run'];

export type RowsOf = {
  rows: readonly Run[];
  gone: ReadonlySet<string>;
  shown: readonly ColumnName[];
  chosen: ReadonlySet<string>;
  sort: Sort;
  /** Other rows are on their way. */
  isOld: boolean;
  onSort: (sort: Sort) => void;
  onFilter: AddFilter;
  onChoose: (id: string, isChosen: boolean, isRange: boolean) => void;
  onChooseAll: (isChosen: boolean) => void;
};

const aliasWidth = 160;
const boxWidth = 40;
/** Of a whole date and time. */
const momentWidth = 200;

const isTime = (name: ColumnName): boolean => name === 'queued' || name === 'started';

export function RunTable(of: RowsOf): ReactElement {
  const { rows, chosen } = of;
  const { times } = useSettings();
  const box = useRef<HTMLDivElement>(null);
  const room = useWidth(box);
  const widthOf = (name: ColumnName): number | undefined =>
    times === 'absolute' && isTime(name) ? momentWidth : columns[name].width;
  const leastOf = (name: ColumnName): number => widthOf(name) ?? aliasWidth;
  const names = fitting(of.shown, leastOf, room - boxWidth, of.sort.by).join(' ');
  // The same while its names are: rows are drawn anew only when they change.
  const shown = useMemo(() => names.split(' ') as ColumnName[], [names]);
  const width = shown.reduce((sum, name) => sum + leastOf(name), boxWidth);
  const chosenHere = rows.filter((run) => chosen.has(run.run_id)).length;
  return (
    <div className={classes['scroll']} ref={box}>
      <table className={classes['table']} style={{ minWidth: width }} aria-label="Runs" aria-busy={of.isOld}>
        <colgroup>
          <col style={{ width: boxWidth }} />
          {shown.map((name) => (
            <col key={name} style={{ width: widthOf(name) }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <Box
                label="Select all on this page"
                isChosen={chosenHere > 0 && chosenHere === rows.length}
                isPartly={chosenHere > 0 && chosenHere < rows.length}
                onChoose={of.onChooseAll}
              />
            </th>
            {shown.map((name) => (
              <Heading key={name} name={name} sort={of.sort} onSort={of.onSort} />
            ))}
          </tr>
        </thead>
        <tbody className={of.isOld ? classes['old'] : undefined}>
          {rows.map((run) => (
            <Row
              key={run.run_id}
              run={run}
              shown={shown}
              isGone={of.gone.has(run.run_id)}
              isChosen={chosen.has(run.run_id)}
              onFilter={of.onFilter}
              onChoose={of.onChoose}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of an element, in pixels; without bounds until it is there. */
function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(Infinity);
  useLayoutEffect(() => {
    const { current: element } = of;
    if (element === null) return;
    const measure = (): void => {
      setWidth(element.clientWidth);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [of]);
  return width;
}

function Heading({ name, sort, onSort }: { name: ColumnName } & Pick<RowsOf, 'sort' | 'onSort'>): ReactElement {
  const { title, sort: key } = columns[name];
  if (key === null) return <th scope="col">{title}</th>;
  const isSorted = sort.by === key;
  const isUp = sort.order === 'asc';
  // Times are asked for newest first.
  const first = key === 'queued_at' || key === 'started_at' ? 'desc' : 'asc';
  return (
    <th scope="col" aria-sort={isSorted ? (isUp ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        className={classes['sort']}
        onClick={() => {
          onSort({ by: key, order: isSorted ? (isUp ? 'desc' : 'asc') : first });
        }}
      >
        {title}
        {isSorted && (
          <span className={isUp ? classes['up'] : classes['down']}>
            <Icon name="chevron" size={12} />
          </span>
        )}
      </button>
    </th>
  );
}

type RowOf = {
  run: Run;
  shown: readonly ColumnName[];
  isGone: boolean;
  isChosen: boolean;
} & Pick<RowsOf, 'onFilter' | 'onChoose'>;

const Row = memo(function Row({ run, shown, isGone, isChosen, onFilter, onChoose }: RowOf): ReactElement {
  return (
    <tr data-row={run.run_id} data-gone={isGone || undefined} data-chosen={isChosen || undefined}>
      <td>
        <Choice run={run} isChosen={isChosen} onChoose={onChoose} />
      </td>
      {shown.map((name, n) => (
        <td key={name}>
          <Cell run={run} name={name} onFilter={onFilter} />
          {n === 0 && isGone && <VisuallyHidden>No longer matches the filters</VisuallyHidden>}
        </td>
      ))}
    </tr>
  );
});

export function RunCards(of: RowsOf): ReactElement {
  return (
    <ul
      className={`${classes['cards']} ${of.isOld ? (classes['old'] ?? '') : ''}`}
      aria-label="Runs"
      aria-busy={of.isOld}
    >
      {of.rows.map((run) => (
        <Card
          key={run.run_id}
          run={run}
          shown={of.shown}
          isGone={of.gone.has(run.run_id)}
          isChosen={of.chosen.has(run.run_id)}
          onFilter={of.onFilter}
          onChoose={of.onChoose}
        />
      ))}
    </ul>
  );
}

const headed: readonly ColumnName[] = ['status', 'log'];

const Card = memo(function Card({ run, shown, isGone, isChosen, onFilter, onChoose }: RowOf): ReactElement {
  return (
    <li
      className={classes['card']}
      data-row={run.run_id}
      data-gone={isGone || undefined}
      data-chosen={isChosen || undefined}
    >
      <div className={classes['card-head']}>
        <Choice run={run} isChosen={isChosen} onChoose={onChoose} />
        <Cell run={run} name="status" onFilter={onFilter} />
        {isGone && <VisuallyHidden>No longer matches the filters</VisuallyHidden>}
        {shown.includes('log') && <Cell run={run} name="log" onFilter={onFilter} />}
      </div>
      <dl className={classes['facts']}>
        {shown
          .filter((name) => !headed.includes(name))
          .map((name) => (
            <div key={name}>
              <dt>{columns[name].title}</dt>
              <dd>
                <Cell run={run} name={name} onFilter={onFilter} />
              </dd>
            </div>
          ))}
      </dl>
    </li>
  );
});

function Choice({ run, isChosen, onChoose }: Pick<RowOf, 'run' | 'isChosen' | 'onChoose'>): ReactElement {
  return (
    <Box
      label={`Select ${nameOf(run)} ${shortId(run.run_id)}`}
      isChosen={isChosen}
      isPartly={false}
      onChoose={(isNow, isRange) => {
        onChoose(run.run_id, isNow, isRange);
      }}
    />
  );
}

function Box(of: {
  label: string;
  isChosen: boolean;
  isPartly: boolean;
  onChoose: (isChosen: boolean, isRange: boolean) => void;
}): ReactElement {
  return (
    <label className={classes['box']}>
      <input
        type="checkbox"
        aria-label={of.label}
        checked={of.isChosen}
        ref={(box) => {
          if (box !== null) box.indeterminate = of.isPartly;
        }}
        onChange={({ currentTarget, nativeEvent }) => {
          of.onChoose(currentTarget.checked, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey);
        }}
      />
    </label>
  );
}

const skeletons = 8;

export function RowSkeletons(): ReactElement {
  return (
    <div role="status" aria-label="Runs are being loaded">
      {Array.from({ length: skeletons }, (_, n) => (
        <Skeleton key={n} height={30} mb={8} />
      ))}
    </div>
  );
}
