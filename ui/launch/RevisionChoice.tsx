/** A run is to be like an earlier one, and the definition has moved on since: which of the two, and how they differ. */
import { Alert, Fieldset, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Trouble } from '../parts/Trouble';
import { ChangedField } from '../tasks/DifferencePage';
import { differenceQuery } from '../tasks/queries';

type Props = {
  taskId: string;
  ran: number;
  now: number;
  isAsItRan: boolean;
  onChange: (isAsItRan: boolean) => void;
};

export function RevisionChoice({ taskId, ran, now, isAsItRan, onChange }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const isNarrow = useMediaQuery('(max-width: 30em)');
  return (
    <Fieldset legend="Which definition">
      <Stack gap="xs">
        <Text size="sm">The definition has been changed since that run.</Text>
        <SegmentedControl
          aria-label="Which definition"
          w="fit-content"
          orientation={isNarrow ? 'vertical' : 'horizontal'}
          value={isAsItRan ? 'ran' : 'now'}
          data={[
            { value: 'ran', label: `As it ran (rev ${ran})` },
            { value: 'now', label: `As defined now (rev ${now})` },
          ]}
          onChange={(value) => {
            onChange(value === 'ran');
          }}
        />
        <details
          className="launch-curl"
          onToggle={({ currentTarget }) => {
            setOpen(currentTarget.open);
          }}
        >
          <summary>
            What changed from revision {ran} to {now}
          </summary>
          {isOpen && <Differences taskId={taskId} range={`${ran}..${now}`} />}
        </details>
      </Stack>
    </Fieldset>
  );
}

function Differences({ taskId, range }: { taskId: string; range: string }): ReactElement {
  const { data, error, refetch } = useQuery(differenceQuery(taskId, range));
  if (data === undefined) {
    return error === null ? <Skeleton height={80} /> : <Trouble error={error} onRetry={() => void refetch()} />;
  }
  if (data.changes.length === 0) return <Alert color="gray">They are the same.</Alert>;
  return (
    <Stack gap="xs" mt="xs">
      {data.changes.map((change) => (
        <ChangedField key={change.field} change={change} />
      ))}
    </Stack>
  );
}
