/** Why the run is where it is: in words, with what backends said, and with a way to what helps. */
import { Button, Collapse, Group, List, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { sentenceOf, type Schemas } from '../api/client';
import { Icon } from '../parts/icons';
import { useNow } from '../parts/now';
import { Time } from '../parts/Time';
import './run.css';
import { headlineOf, isWhyOpen, stepOf, waitedText, type Step } from './words';

type Run = Schemas['RunDetail'];
type Explanation = Schemas['Explanation'];

/** Ways of the page that the advices lead to. */
type Ways = { onLog: () => void; onAgain: () => void; onStop: () => void };

type Props = { run: Run; explanation: Explanation | undefined; error: unknown; ways: Ways };

export function Why({ run, explanation, error, ways }: Props): ReactElement {
  const now = useNow();
  // Whoever has opened or closed it is left in peace.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? isWhyOpen(run, explanation, now);
  const headline = explanation?.headline ?? headlineOf(run);
  return (
    <Stack gap="xs" component="section" aria-label="Why">
      <Title order={2} size="h4">
        <UnstyledButton
          aria-expanded={isOpen}
          fz="inherit"
          fw="inherit"
          onClick={() => {
            setChosen(!isOpen);
          }}
        >
          <span className="run-chevron">
            <Icon name="chevron" size={14} />
          </span>{' '}
          Why
        </UnstyledButton>
      </Title>
      <Text className="said">
        {headline}
        {explanation !== undefined && (
          <Text span c="dimmed">
            {' '}
            · since <Time at={explanation.since} isAbsolute />
            {waitedText(run, explanation.since, now)}
          </Text>
        )}
      </Text>
      <Collapse expanded={isOpen}>
        {explanation === undefined ? (
          <Text size="sm" c="dimmed">
            {error === null ? 'Asking for what is known …' : `What explains it could not be read: ${sentenceOf(error)}`}
          </Text>
        ) : (
          <More run={run} explanation={explanation} ways={ways} />
        )}
      </Collapse>
    </Stack>
  );
}

function More({ run, explanation, ways }: { run: Run; explanation: Explanation; ways: Ways }): ReactElement {
  const { waiting_for: waiting, next, chain } = explanation;
  return (
    <Stack gap="sm">
      {waiting !== undefined && (
        <div>
          <Text>Waiting for {waiting.what}</Text>
          {waiting.evidence !== null && (
            <blockquote className="run-evidence">
              <Text className="said mono">{waiting.evidence}</Text>
              <Text size="sm" c="dimmed">
                {waiting.source ?? 'source not told'}
                {waiting.at !== null && (
                  <>
                    {' · '}
                    <Time at={waiting.at} />
                  </>
                )}
              </Text>
            </blockquote>
          )}
        </div>
      )}
      {next.length > 0 && (
        <div>
          <Title order={3} size="h6">
            What to do
          </Title>
          <Stack gap={4} mt={4}>
            {next.map((advice) => (
              <Group key={advice} gap="sm">
                <Text>{advice}</Text>
                <StepButton step={stepOf(advice)} run={run} ways={ways} />
              </Group>
            ))}
          </Stack>
        </div>
      )}
      <div>
        <Title order={3} size="h6">
          How it came to that
        </Title>
        <List size="sm" type="ordered" mt={4}>
          {chain.map(({ at, what }, n) => (
            <List.Item key={n}>
              <span className="said">{what}</span>{' '}
              <Text span size="sm" c="dimmed">
                <Time at={at} isAbsolute />
              </Text>
            </List.Item>
          ))}
        </List>
      </div>
    </Stack>
  );
}

function StepButton({ step, run, ways }: { step: Step | null; run: Run; ways: Ways }): ReactElement | null {
  const look = { size: 'compact-sm', variant: 'default' } as const;
  const { executable_id: id, executable_type: type } = run;
  switch (step) {
    case null:
      return null;
    case 'log':
      return (
        <Button {...look} onClick={ways.onLog}>
          Show the log
        </Button>
      );
    case 'again':
      return (
        <Button {...look} onClick={ways.onAgain}>
          Run again …
        </Button>
      );
    case 'changes':
      return <ChangesButton run={run} {...look} />;
    case 'stop':
      return (
        <Button {...look} onClick={ways.onStop}>
          Stop …
        </Button>
      );
    case 'edit':
      if (type === 'template') return <ChangesButton run={run} {...look} />;
      return (
        <Button
          {...look}
          renderRoot={(props: Record<string, unknown>) => (
            <Link {...props} to="/tasks/$taskId/update" params={{ taskId: id }} />
          )}
        >
          Edit the task
        </Button>
      );
    case 'operations':
      return (
        <Button {...look} component={Link} to="/operations">
          See operations
        </Button>
      );
  }
}

/** `data-key`: the key that presses it. */
type LookProps = { size?: string; variant?: string; 'data-key'?: string };

/** The form of a launch, filled from this run. */
export function ChangesButton({ run, ...look }: LookProps & { run: Run }): ReactElement {
  const { executable_id: id, executable_type: type, run_id: runId } = run;
  const search = { run: runId };
  return (
    <Button
      variant="default"
      {...look}
      renderRoot={(props: Record<string, unknown>) =>
        type === 'template' ? (
          <Link {...props} to="/templates/$templateId/execute" params={{ templateId: id }} search={search} />
        ) : (
          <Link {...props} to="/tasks/$taskId/execute" params={{ taskId: id }} search={search} />
        )
      }
    >
      With changes
    </Button>
  );
}
