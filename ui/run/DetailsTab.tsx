/** The rest: command, payload, manifest, CloudTrail, the run as the API tells it, its workflow. Secrets are dots. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement, type ReactNode } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { CopyButton } from '../parts/CopyButton';
import { withoutSecrets } from '../parts/secret';
import { Trouble } from '../parts/Trouble';
import './run.css';

type Run = Schemas['RunDetail'];

export function DetailsTab({ run, workflowUrl }: { run: Run; workflowUrl: string | undefined }): ReactElement {
  const payload = run.execution_request_custom?.template_payload;
  return (
    <Stack gap="lg">
      {workflowUrl !== undefined && (
        <Anchor href={workflowUrl} target="_blank" rel="noopener noreferrer">
          Its workflow in the Temporal UI (new tab)
        </Anchor>
      )}
      <Section title="Command" copy={run.command}>
        <Code label="Command" text={run.command} />
      </Section>
      <Section title="Payload">
        {payload === undefined ? (
          <Text size="sm">None: only runs of templates have one.</Text>
        ) : (
          <Code label="Payload" text={json(payload)} />
        )}
      </Section>
      <Section title="Manifest">
        <Manifest run={run} />
      </Section>
      <Section title="CloudTrail">
        {(run.cloudtrail_notifications.Records ?? []).length === 0 ? (
          <Text size="sm">No records.</Text>
        ) : (
          <Code label="CloudTrail" text={json(run.cloudtrail_notifications.Records)} />
        )}
      </Section>
      <Section title="Raw JSON" copy={json(run)}>
        <Code label="Raw JSON" text={json(run)} />
      </Section>
    </Stack>
  );
}

function json(data: unknown): string {
  return JSON.stringify(withoutSecrets(data), null, 2);
}

function Section({ title, copy, children }: { title: string; copy?: string; children: ReactNode }): ReactElement {
  return (
    <Stack gap={4}>
      <Group gap={4}>
        <Title order={3} size="h5">
          {title}
        </Title>
        {copy !== undefined && <CopyButton text={copy} what={title} />}
      </Group>
      {children}
    </Stack>
  );
}

/** Focusable: what does not fit is scrolled to by keys, too. */
function Code({ label, text }: { label: string; text: string }): ReactElement {
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}

/** Large, and made anew by the server: only for whoever asks. */
function Manifest({ run: { run_id: id, attempt_count: attempt } }: { run: Run }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.run(id), 'manifest', attempt],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v6/history/{run_id}/manifest', { params: { path: { run_id: id } }, signal })),
    enabled: isAsked,
    retry: false,
  });
  if (!isAsked) {
    return (
      <Button
        variant="default"
        size="compact-sm"
        w="fit-content"
        onClick={() => {
          setAsked(true);
        }}
      >
        Show the manifest
      </Button>
    );
  }
  if (data !== undefined) return <Code label="Manifest" text={json(data)} />;
  if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />;
  return <Text size="sm">Asking for it …</Text>;
}
