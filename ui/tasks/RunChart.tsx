/** The last runs of a task as bars, oldest first: by mouse, by arrow keys, or as a table. */
import { Button, Group, Paper, Table, Text, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { serverNow } from '../api/clock';
import { onLiveEvent } from '../live/events';
import { durationText } from '../parts/duration';
import { AnchorLink } from '../parts/links';
import { shortId } from '../parts/run-name';
import { Time, ZoneNote } from '../parts/Time';
import { barsOf, heightOf, isSteep, kindNames, kinds, tookText, topOf, type Bar, type Kind } from './chart';
import { chartRuns, latestRunsQuery } from './queries';
import './chart.css';

const height = 120;
const widest = 26;
const refreshMs = 2000;

export function RunChart({ taskId }: { taskId: string }): ReactElement | null {
  const { data } = useQuery(latestRunsQuery(taskId));
  const [isTable, setTable] = useState(false);
  useNews(taskId);
  if (data === undefined || data.history.length === 0) return null;
  const bars = barsOf(data.history, serverNow());
  return (
    <Paper withBorder p="sm" component="section" aria-label="Last runs">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {bars.length < chartRuns ? 'How long runs took' : `How long the last ${chartRuns} runs took`}
        </Title>
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            setTable(!isTable);
          }}
        >
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </Group>
      {isTable ? <BarTable bars={bars} /> : <Bars bars={bars} />}
    </Paper>
  );
}

/** A run of this task has moved: the bars are read again, not for each move alone. */
function useNews(taskId: string): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: number | undefined;
    const stop = onLiveEvent((event) => {
      if (event.kind === 'attempt' || (event.kind !== 'gap' && event.definition_id !== taskId)) return;
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: latestRunsQuery(taskId).queryKey });
      }, refreshMs);
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [queryClient, taskId]);
}

function Bars({ bars }: { bars: readonly Bar[] }): ReactElement {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState(bars.length - 1);
  const group = useRef<SVGGElement>(null);
  const base = useId();
  const navigate = useNavigate();
  const top = topOf(bars);
  const isLogarithmic = isSteep(bars);
  const step = Math.min(widest, width / bars.length);
  const chosen = bars[Math.min(at, bars.length - 1)];

  const move = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= bars.length) return;
    event.preventDefault();
    setAt(to);
    group.current?.querySelectorAll<SVGAElement>('a')[to]?.focus();
  };

  return (
    <>
      <div className="chart-frame">
        <Text size="xs" c="dimmed" className="chart-top">
          {durationText(top)}
          {isLogarithmic && ', logarithmic'}
        </Text>
        <div ref={ref}>
          <svg
            width="100%"
            height={height}
            role="group"
            aria-label="Runs, oldest first; arrow keys go from one to the next"
          >
            <Patterns base={base} />
            <line className="chart-axis" x1={0} x2="100%" y1={height - 0.5} y2={height - 0.5} />
            <g ref={group} onKeyDown={move}>
              {bars.map((bar, n) => {
                const tall = Math.max(3, heightOf(bar, top, isLogarithmic) * (height - 4));
                return (
                  <a
                    key={bar.runId}
                    href={`/runs/${bar.runId}`}
                    tabIndex={bar === chosen ? 0 : -1}
                    aria-label={`${bar.status}, ${tookText(bar)}`}
                    className="chart-bar"
                    data-kind={bar.kind}
                    onFocus={() => {
                      setAt(n);
                    }}
                    onMouseEnter={() => {
                      setAt(n);
                    }}
                    onClick={(event) => {
                      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                      event.preventDefault();
                      void navigate({ to: '/runs/$runId', params: { runId: bar.runId } });
                    }}
                  >
                    <rect className="chart-room" x={n * step} y={0} width={step} height={height} />
                    <rect
                      className="chart-shape"
                      x={n * step + 1}
                      y={height - tall}
                      width={Math.max(1, step - 2)}
                      height={tall}
                      fill={`url(#${base}-${bar.kind})`}
                    />
                  </a>
                );
              })}
            </g>
          </svg>
        </div>
      </div>
      <Group justify="space-between" gap="xs" mt={4}>
        <Text size="sm" component="div">
          {chosen !== undefined && (
            <>
              {chosen.status} · {tookText(chosen)} · <Time at={chosen.queuedAt} />
            </>
          )}
        </Text>
        <Legend kinds={kinds.filter((kind) => bars.some((bar) => bar.kind === kind))} base={base} />
      </Group>
    </>
  );
}

/** Colour alone tells nobody who does not see it. */
function Patterns({ base }: { base: string }): ReactElement {
  return (
    <defs>
      {kinds.map((kind) => (
        <pattern
          key={kind}
          id={`${base}-${kind}`}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          className="chart-fill"
          data-kind={kind}
        >
          <rect width="6" height="6" className="chart-ground" />
          {kind === 'failed' && <path d="M-1 7 7-1M-1 1 1-1M5 7 7 5" className="chart-ink" />}
          {kind === 'cancelled' && <circle cx="3" cy="3" r="1.3" className="chart-dot" />}
          {kind === 'open' && <path d="M0 3h6" className="chart-ink" />}
        </pattern>
      ))}
    </defs>
  );
}

function Legend({ kinds: shown, base }: { kinds: readonly Kind[]; base: string }): ReactElement {
  return (
    <Group gap="sm">
      {shown.map((kind) => (
        <Group key={kind} gap={4}>
          <svg width="14" height="14" aria-hidden="true" data-kind={kind} className="chart-bar">
            <rect className="chart-shape" x="0.5" y="0.5" width="13" height="13" fill={`url(#${base}-${kind})`} />
          </svg>
          <Text size="xs">{kindNames[kind]}</Text>
        </Group>
      ))}
    </Group>
  );
}

function BarTable({ bars }: { bars: readonly Bar[] }): ReactElement {
  return (
    <>
      <ZoneNote />
      <Table className="cards" aria-label="Last runs, newest first">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Run</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Took</Table.Th>
            <Table.Th>Queued</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bars.toReversed().map((bar) => (
            <Table.Tr key={bar.runId} data-row>
              <Table.Td data-label="Run">
                <AnchorLink
                  to="/runs/$runId"
                  params={{ runId: bar.runId }}
                  size="sm"
                  className="mono"
                  title={bar.runId}
                >
                  {shortId(bar.runId)}
                </AnchorLink>
              </Table.Td>
              <Table.Td data-label="Status">{bar.status}</Table.Td>
              <Table.Td className="number" data-label="Took">
                {tookText(bar)}
              </Table.Td>
              <Table.Td data-label="Queued">
                <Time at={bar.queuedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
