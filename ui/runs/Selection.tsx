/** What can be done with the runs that are selected: stop them, or all that match. At the foot of the window, so that no row moves. */
import { Button, Group, Text } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import type { Schemas } from '../api/client';
import { serverNow } from '../api/clock';
import { again } from '../app/again';
import { countText } from '../parts/count';
import { openStatuses } from '../parts/status';
import { useSettings } from '../settings/settings';
import { chipOf } from './chips';
import { isEmpty, toApi, type RunFilter } from './filter';
import classes from './runs.module.css';
import type { Scope } from './scope';
import type { StopTarget } from './StopDialog';
import { watchStop } from './stop-store';
import type { Selecting } from './use-selection';
import { openWords, wordsOf } from './words';

const StopDialog = lazy(async () => ({ default: (await again(() => import('./StopDialog'))).StopDialog }));

export function Selection(of: {
  scope: Scope;
  filter: RunFilter;
  /** Of all that match. */
  total: number;
  /** On the page. */
  rows: readonly Schemas['Run'][];
  selecting: Selecting;
}): ReactElement {
  const { scope, filter, total, rows } = of;
  const { chosen, clear } = of.selecting;
  const { zone } = useSettings();
  const over = rows.filter((run) => run.status === 'STOPPED' && chosen.has(run.run_id)).length;
  const [target, setTarget] = useState<StopTarget | null>(null);
  return (
    <>
      {chosen.size > 0 && (
        <Group className={classes['choice'] ?? ''} gap="xs" role="group" aria-label="Selected runs">
          <Text fw={600}>{countText(chosen.size)} selected</Text>
          <Button
            size="xs"
            color="red"
            disabled={over === chosen.size}
            onClick={() => {
              setTarget({ body: { run_ids: [...chosen] }, words: [] });
            }}
          >
            {over === chosen.size ? 'All selected are over' : `Stop ${countText(chosen.size)} selected…`}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setTarget(allThatMatch(scope, filter, zone));
            }}
          >
            {chipOf(filter) === 'Active' ? `Stop all ${countText(total)} that match…` : 'Stop all that match…'}
          </Button>
          <Button size="xs" variant="subtle" onClick={clear}>
            Select none
          </Button>
        </Group>
      )}
      {target !== null && (
        <Suspense fallback={null}>
          <StopDialog
            target={target}
            onClose={() => {
              setTarget(null);
            }}
            onStarted={(stopId) => {
              watchStop(stopId, scope);
              setTarget(null);
              clear();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** As of now: what says how long ago does not move on while the dialog is read. */
function allThatMatch(scope: Scope, filter: RunFilter, zone: string): StopTarget {
  const said = { ...toApi(filter, serverNow()) };
  // That they are open the dialog says itself.
  const words = wordsOf(filter, zone).filter((one) => one !== openWords);
  switch (scope.of) {
    case 'all':
      return { body: { filter: isEmpty(filter) ? { status: [...openStatuses] } : said }, words };
    case 'task':
      return { body: { filter: { ...said, definition_id: scope.id } }, words: ['is of this task', ...words] };
    case 'template':
      return { body: { filter: { ...said, executable_id: scope.id } }, words: ['is of this template', ...words] };
  }
}
