/** Why the run is where it is: in words, with what backends said, and with a way to what helps. */
import { Button, Collapse, Group, List, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { sentenceOf, type Schemas } from '../api/client';
import { Icon } from '../parts/icons';
import { useToldNow } from '../parts/now';
import { Time } from '../parts/Time';
import './run.css';
import { headlineOf, isWhyOpen, waitedText } from './words';

type Run = Schemas['RunDetail'];
type Explanation = Schemas['Explanation'];
type Action = Explanation['actions'][number];

/** Ways of the page that the advices lead to. */
type Ways = { onLog: () => void; onAgain: () => void; onStop: () => void };

type Props = { run: Run; explanation: Explanation | undefined; error: unknown; ways: Ways };

export function Why({ run, explanation: told, error, ways }: Props): ReactElement {
  // What stopped it is not known yet; what it waited for it waits for no more.
  const explanation = run.status === 'STOPPED' && told?.status !== 'STOPPED' ? undefined : told;
  const now = useToldNow();
  // Whoever has opened or closed it is left in peace.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? isWhyOpen(run, explanation, now);
  const headline = explanation?.headline ?? headlineOf(run);
  return (
    <Stack gap="xs" component="section" aria-label="Why">
      <div className="run-why">
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
      </div>
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
  const { waiting_for: waiting, actions, chain } = explanation;
  return (
    <Stack gap="sm">
      {waiting !== undefined && (
        <div>
          <Text>
            Waiting for {waiting.what}
            {waiting.until !== undefined && (
              <>
                , until <Time at={waiting.until} isAbsolute />
              </>
            )}
          </Text>
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
      {actions.length > 0 && (
        <div>
          <Title order={3} size="h6">
            What to do
          </Title>
          <Stack gap={4} mt={4}>
            {actions.map(({ kind, text }) => (
              <Group key={text} gap="sm">
                <Text>{text}</Text>
                <ActionButton kind={kind} run={run} ways={ways} />
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

type ActionProps = { kind: Action['kind']; run: Run; ways: Ways };

function ActionButton({ kind, run, ways }: ActionProps): ReactElement | null {
  const look = { size: 'compact-sm', variant: 'default' } as const;
  const { executable_id: id, executable_type: type } = run;
  switch (kind) {
    case 'wait':
    case 'ask_operators':
      return null;
    case 'log':
      return (
        <Button {...look} onClick={ways.onLog}>
          Show the log
        </Button>
      );
    case 'run_again':
      return (
        <Button {...look} onClick={ways.onAgain}>
          Run again …
        </Button>
      );
    case 'run_changed':
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
    case 'workers':
    case 'clusters':
    case 'health':
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
