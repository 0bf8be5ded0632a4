/** The attempts of a run on one axis of time: waiting, starting, running, and the waits between. */
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useId, useState, type ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { countText } from '../parts/count';
import { Icon } from '../parts/icons';
import { useToldNow } from '../parts/now';
import { nextOf, type Tone } from '../parts/status';
import { NextAt } from '../parts/Time';
import '../parts/status.css';
import './run.css';
import {
  axisOf,
  barsText,
  barText,
  foldRows,
  placeOf,
  rowsOf,
  type Axis,
  type Bar,
  type BarKind,
  type Row,
} from './bars';

type Run = Schemas['RunDetail'];
type Explanation = Schemas['Explanation'];
type Props = { run: Run; explanation: Explanation | undefined };

const tones: Record<BarKind, Tone> = { queued: 'queued', pending: 'pending', running: 'running', backoff: 'stopping' };
const heights: Record<BarKind, number> = { queued: 6, pending: 11, running: 18, backoff: 11 };
const names: Record<BarKind, string> = {
  queued: 'Queued',
  pending: 'Pending',
  running: 'Running',
  backoff: 'Wait before the next attempt',
};
const rowHeight = 20;

export function Timeline(props: Props): ReactElement {
  // What is over needs no clock.
  return props.run.status === 'STOPPED' ? (
    <Drawn {...props} now={Date.parse(props.run.finished_at ?? props.run.queued_at)} />
  ) : (
    <Growing {...props} />
  );
}

function Growing(props: Props): ReactElement {
  return <Drawn {...props} now={useToldNow()} />;
}

function Drawn({ run, explanation, now }: Props & { now: number }): ReactElement {
  const [isTable, setTable] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const rows = rowsOf(run.transitions, explanation?.attempts ?? [], now);
  const axis = axisOf(rows);
  const hasWaits = rows.some(({ bars }) => bars.some(({ kind }) => kind === 'backoff'));
  const { first, hidden, last } = isWhole ? { first: rows, hidden: 0, last: [] } : foldRows(rows);
  return (
    <Stack gap="xs" component="section" aria-label="Timeline">
      <Group justify="space-between">
        <Group gap="md">
          <Title order={2} size="h4">
            Timeline
          </Title>
          {!isTable && <Legend kinds={kinds.filter((kind) => kind !== 'backoff' || hasWaits)} />}
        </Group>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setTable(!isTable);
          }}
        >
          {isTable ? 'As a drawing' : 'As a table'}
        </Button>
      </Group>
      {isTable ? (
        <AttemptTable rows={first} />
      ) : (
        <AttemptRows rows={first} axis={axis} next={last.length === 0 ? nextOf(run) : null} />
      )}
      {hidden > 0 && (
        <Button
          variant="default"
          size="compact-sm"
          w="fit-content"
          onClick={() => {
            setWhole(true);
          }}
        >
          Show {countText(hidden)} attempts between
        </Button>
      )}
      {last.length > 0 &&
        (isTable ? <AttemptTable rows={last} /> : <AttemptRows rows={last} axis={axis} next={nextOf(run)} />)}
      {!isTable && <AxisTicks axis={axis} />}
    </Stack>
  );
}

type RowsProps = { rows: readonly Row[]; axis: Axis; /** When the last of them is tried again. */ next: string | null };

function AttemptRows({ rows, axis, next }: RowsProps): ReactElement {
  return (
    <div>
      {rows.map((row, n) => (
        <AttemptRow key={row.attempt} row={row} axis={axis} next={n === rows.length - 1 ? next : null} />
      ))}
    </div>
  );
}

function AttemptRow({ row, axis, next }: { row: Row; axis: Axis; next: string | null }): ReactElement {
  const { attempt, bars, end, reason, node } = row;
  return (
    <div className="timeline-row">
      <Group gap="xs" mb={4}>
        <Text span fw={600} size="sm">
          Attempt {attempt}
        </Text>
        {end !== null && (
          <span className="status" data-tone={end.tone}>
            <Icon name={end.icon} size={14} />
            {end.text}
          </span>
        )}
        <Text span size="sm" className="number" style={{ whiteSpace: 'normal' }}>
          {barsText(bars)}
          {next !== null && <NextAt at={next} sign=" · " />}
        </Text>
        {(reason !== null || node !== null) && (
          <Text span size="sm" c="dimmed">
            {[reason, node === null ? null : `on ${node}`].filter((part) => part !== null).join(' · ')}
          </Text>
        )}
      </Group>
      <svg className="timeline-bars" width="100%" height={rowHeight} aria-hidden="true">
        <line className="timeline-track" x1="0" x2="100%" y1={rowHeight / 2} y2={rowHeight / 2} />
        {bars.map((bar) => (
          <BarShape key={`${bar.kind}${bar.from}`} bar={bar} axis={axis} />
        ))}
      </svg>
    </div>
  );
}

function BarShape({ bar, axis }: { bar: Bar; axis: Axis }): ReactElement {
  const left = placeOf(axis, bar.from);
  return (
    <Shape
      kind={bar.kind}
      x={`${left}%`}
      width={`${placeOf(axis, bar.to) - left}%`}
      title={`${names[bar.kind]}: ${barText(bar)}`}
    />
  );
}

type ShapeProps = { kind: BarKind; x: string; width: string; title: string };

function Shape({ kind, x, width, title }: ShapeProps): ReactElement {
  const hatch = useId();
  const height = heights[kind];
  const isHatched = kind === 'backoff';
  return (
    <g data-tone={tones[kind]}>
      {isHatched && (
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" />
        </pattern>
      )}
      <rect
        data-kind={kind}
        x={x}
        width={width}
        y={(rowHeight - height) / 2}
        height={height}
        style={isHatched ? { fill: `url(#${hatch})` } : {}}
      >
        <title>{title}</title>
      </rect>
    </g>
  );
}

const kinds = Object.keys(names) as BarKind[];

function Legend({ kinds }: { kinds: readonly BarKind[] }): ReactElement {
  return (
    <Group gap="md" aria-hidden="true">
      {kinds.map((kind) => (
        <Group key={kind} gap={6} wrap="nowrap">
          <svg className="timeline-bars" width={22} height={rowHeight}>
            <Shape kind={kind} x="1" width="20" title={names[kind]} />
          </svg>
          <Text size="xs" c="dimmed">
            {names[kind]}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

/** At the right edge a text ends where its tick is. */
const edgePercent = 90;

function AxisTicks({ axis }: { axis: Axis }): ReactElement {
  return (
    <svg className="timeline-axis" width="100%" height={24} aria-hidden="true">
      <line x1="0" x2="100%" y1="1" y2="1" />
      {axis.ticks.map(({ at, text }) => {
        const place = placeOf(axis, at);
        const anchor = place === 0 ? 'start' : place > edgePercent ? 'end' : 'middle';
        return (
          <g key={at}>
            <line x1={`${place}%`} x2={`${place}%`} y1="1" y2="6" />
            <text x={`${place}%`} y="19" textAnchor={anchor}>
              {text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function AttemptTable({ rows }: { rows: readonly Row[] }): ReactElement {
  return (
    <Table className="run-cards" aria-label="Attempts">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Attempt</Table.Th>
          {kinds.map((kind) => (
            <Table.Th key={kind}>{names[kind]}</Table.Th>
          ))}
          <Table.Th>End</Table.Th>
          <Table.Th>Reason</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ attempt, bars, end, reason }) => (
          <Table.Tr key={attempt}>
            <Table.Th scope="row" data-label="Attempt">
              {attempt}
            </Table.Th>
            {kinds.map((kind) => (
              <Table.Td key={kind} data-label={names[kind]} className="number">
                {bars
                  .filter((bar) => bar.kind === kind)
                  .map(barText)
                  .join(', ') || '–'}
              </Table.Td>
            ))}
            <Table.Td data-label="End">{end?.text ?? 'Not over'}</Table.Td>
            <Table.Td data-label="Reason">{reason ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
