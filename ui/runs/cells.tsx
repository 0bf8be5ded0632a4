/** What a run says in each column, in the table as on the cards. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { CopyButton } from '../parts/CopyButton';
import { Icon, type IconName } from '../parts/icons';
import { nameOf, shortId } from '../parts/run-name';
import { StatusBadge } from '../parts/StatusBadge';
import { lookOf, nextOf } from '../parts/status';
import { Duration, NextAt, Time } from '../parts/Time';
import type { ColumnName } from './columns';
import type { ValueKey } from './filter';
import classes from './runs.module.css';

type Run = Schemas['Run'];

/** Adds a value to the filters. */
export type AddFilter = (key: ValueKey, value: string) => void;

export function Cell({ run, name, onFilter }: { run: Run; name: ColumnName; onFilter: AddFilter }): ReactElement {
  switch (name) {
    case 'status':
      return (
        <Value text={<Status run={run} />}>
          <FilterButton
            label={`Only status ${(run.outcome ?? run.status).toLowerCase()}`}
            act={() => {
              if (run.outcome === undefined) onFilter('status', run.status);
              else onFilter('outcome', run.outcome);
            }}
          />
        </Value>
      ); // prettier-ignore
    case 'alias':
      return run.template_id === undefined ? (
        <Value text={<Cut text={run.alias} />}>
          <FilterButton label={`Only alias ${run.alias}`} act={() => { onFilter('alias', run.alias); }} />
          <FilterButton icon="slash" label={`Without alias ${run.alias}`} act={() => { onFilter('alias_not', run.alias); }} />
        </Value>
      ) : (
        <Value text={<Cut text={nameOf(run)} />}>
          <FilterButton label={`Only this version of ${nameOf(run)}`} act={() => { onFilter('executable_id', run.executable_id); }} />
        </Value>
      ); // prettier-ignore
    case 'run':
      return (
        <span className={classes['value']}>
          <RunLink id={run.run_id} />
          <CopyButton text={run.run_id} what={`run id ${shortId(run.run_id)}`} />
        </span>
      );
    case 'owner':
      return (
        <Value text={<Cut text={run.user} />}>
          {run.user !== '' && (
            <FilterButton label={`Only owner ${run.user}`} act={() => { onFilter('owner', run.user); }} />
          )}
        </Value>
      ); // prettier-ignore
    case 'place':
      return (
        <Value text={<Cut text={`${run.engine} / ${run.cluster}`} />}>
          <FilterButton label={`Only cluster ${run.cluster}`} act={() => { onFilter('cluster_name', run.cluster); }} />
          <FilterButton icon="gear" label={`Only engine ${run.engine}`} act={() => { onFilter('engine', run.engine); }} />
        </Value>
      ); // prettier-ignore
    case 'queued':
      return <Time at={run.queued_at} />;
    case 'started':
      return run.started_at === undefined ? <Nothing /> : <Time at={run.started_at} />;
    case 'duration':
      return run.started_at === undefined ? <Nothing /> : <Duration from={run.started_at} to={run.finished_at} />;
    case 'attempts':
      return <span className="number">{run.attempt_count}</span>;
    case 'log':
      return (
        <Link
          to="/runs/$runId"
          params={{ runId: run.run_id }}
          search={{ rt: 'l' }}
          className={classes['icon-link']}
          aria-label={`Log of ${shortId(run.run_id)}`}
        >
          <Icon name="log" />
        </Link>
      );
  }
}

function Status({ run }: { run: Run }): ReactElement {
  const next = nextOf(run);
  return (
    <span className={classes['status']} title={lookOf(run).text}>
      <StatusBadge run={run} isShort />
      {next !== null && (
        <Text size="xs" c="dimmed" component="span" className={classes['cut'] ?? ''}>
          <NextAt at={next} />
        </Text>
      )}
      {run.stale_since !== undefined && (
        <Text size="xs" c="dimmed" component="span" className={classes['cut'] ?? ''}>
          <Icon name="eyeOff" size={12} /> as of <Time at={run.stale_since} />
        </Text>
      )}
    </span>
  );
}

function RunLink({ id }: { id: string }): ReactElement {
  return (
    <Link to="/runs/$runId" params={{ runId: id }} className={`${classes['run-link']} mono`} title={id}>
      {shortId(id)}
    </Link>
  );
}

/** A value, and what can be done with it: shown where somebody points or is with the keyboard. */
function Value({ text, children }: { text: ReactNode; children: ReactNode }): ReactElement {
  return (
    <span className={classes['value']}>
      {text}
      <span className={classes['acts']}>{children}</span>
    </span>
  );
}

function Cut({ text }: { text: string }): ReactElement {
  return (
    <span className={classes['cut']} title={text}>
      {text}
    </span>
  );
}

function Nothing(): ReactElement {
  return (
    <Text c="dimmed" component="span">
      –
    </Text>
  );
}

function FilterButton({
  label,
  act,
  icon = 'filter',
}: {
  label: string;
  act: () => void;
  icon?: IconName;
}): ReactElement {
  return (
    <button type="button" className={classes['act']} aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={13} />
    </button>
  );
}
