/** Above a form that was refused: what is wrong, with ways to the fields. */
import { Alert, Anchor, List } from '@mantine/core';
import type { ReactElement } from 'react';
import { focusField, idOf, summaryId } from './ids';
import type { Fault } from './rules';

type Props = {
  faults: readonly Fault[];
  /** Sentences that belong to no field. */
  rest: readonly string[];
  labelOf: (field: string) => string;
};

export function ErrorSummary({ faults, rest, labelOf }: Props): ReactElement | null {
  const count = faults.length + rest.length;
  if (count === 0) return null;
  return (
    <Alert
      id={summaryId}
      tabIndex={-1}
      color="red"
      role="alert"
      title={count === 1 ? 'One thing to mend' : `${count} things to mend`}
    >
      <List size="sm" spacing={4}>
        {faults.map(({ field, message }) => (
          <List.Item key={`${field} ${message}`}>
            <Anchor
              href={`#${idOf(field)}`}
              size="sm"
              underline="always"
              onClick={(event) => {
                event.preventDefault();
                focusField(field);
              }}
            >
              {labelOf(field)}: {message}
            </Anchor>
          </List.Item>
        ))}
        {rest.map((sentence) => (
          <List.Item key={sentence} className="said">
            {sentence}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
