/** When runs were queued or started: in the last hours or days, or between two moments of the chosen zone. */
import { Fieldset, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { zoneName } from '../parts/duration';
import type { Change } from '../parts/use-list-view';
import { useSettings } from '../settings/settings';
import { without, withTime, type RunFilter, type TimeKey, type View } from './filter';
import { apiTime } from './match';
import { momentOf, wallOf } from './moment';

const fields = [
  { value: 'queued_at', label: 'Queued' },
  { value: 'started_at', label: 'Started' },
] as const;
type Field = (typeof fields)[number]['value'];

const spans = [
  { value: '', label: 'Any time' },
  { value: '-1h', label: '1 h' },
  { value: '-24h', label: '24 h' },
  { value: '-7d', label: '7 d' },
  { value: 'custom', label: 'Custom' },
] as const;

export function TimeField({ view, change }: { view: View; change: Change<View> }): ReactElement {
  const { filter } = view;
  const [field, setField] = useState<Field>(fieldOf(filter));
  const [isCustom, setCustom] = useState(false);
  const { zone } = useSettings();
  const [since, until] = [filter[`${field}_since`] ?? '', filter[`${field}_until`] ?? ''];
  const span = spans.find(({ value }) => value === since);
  const isSpan = !isCustom && until === '' && span !== undefined;

  const push = (next: RunFilter): void => {
    change.push({ ...view, filter: next, page: 1 });
  };
  const chooseField = (next: Field): void => {
    setField(next);
    if (since === '' && until === '') return;
    push(withTime(withTime(cleared(filter, field), `${next}_since`, since), `${next}_until`, until));
  };
  const chooseSpan = (value: string): void => {
    setCustom(value === 'custom');
    if (value !== 'custom') push(withTime(cleared(filter, field), `${field}_since`, value));
  };

  return (
    <Fieldset legend="Time" variant="unstyled">
      <Group gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Which time"
          data={[...fields]}
          value={field}
          onChange={(value) => {
            chooseField(value);
          }}
        />
        <SegmentedControl
          size="xs"
          aria-label="Time range"
          data={[...spans]}
          value={isSpan ? since : 'custom'}
          onChange={chooseSpan}
        />
      </Group>
      {!isSpan && (
        <Group gap="xs" mt="xs" grow>
          <Moment key={`${field} since`} label="From" of={`${field}_since`} zone={zone} view={view} change={change} />
          <Moment key={`${field} until`} label="Until" of={`${field}_until`} zone={zone} view={view} change={change} />
        </Group>
      )}
      {!isSpan && (
        <Text size="xs" c="dimmed" mt={4}>
          In {zoneName(zone)}
        </Text>
      )}
    </Fieldset>
  );
}

function fieldOf(filter: RunFilter): Field {
  const isStarted = filter.started_at_since !== undefined || filter.started_at_until !== undefined;
  return isStarted ? 'started_at' : 'queued_at';
}

function cleared(filter: RunFilter, field: Field): RunFilter {
  return without(without(filter, `${field}_since`), `${field}_until`);
}

function Moment(of: { label: string; of: TimeKey; zone: string; view: View; change: Change<View> }): ReactElement {
  const { zone, view, change } = of;
  const at = apiTime(view.filter[of.of] ?? '');
  /** What somebody is typing: what is not a moment yet is in no filter. */
  const [typed, setTyped] = useState<string | null>(null);
  const filterOf = (wall: string): RunFilter => withTime(view.filter, of.of, momentOf(wall, zone) ?? '');
  const commit = (): void => {
    if (typed === null) return;
    setTyped(null);
    change.push({ ...view, filter: filterOf(typed), page: 1 });
  };
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      label={of.label}
      value={typed ?? (at === null ? '' : wallOf(at, zone))}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        change.type(filterOf(value));
      }}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
      }}
    />
  );
}
