/** One version of a template: /templates/ID, with its runs, its versions, and what it is. */
import { Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { CopyButton } from '../parts/CopyButton';
import { Icon } from '../parts/icons';
import { ButtonLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { PartTabs } from '../parts/PartTabs';
import { Trouble } from '../parts/Trouble';
import { RunList } from '../runs/RunList';
import { Avatar } from './Avatar';
import { templateQuery, type Template } from './queries';
import { TemplateDetails } from './TemplateDetails';
import { TemplateTrail } from './TemplateTrail';
import { Versions } from './Versions';

const parts = { runs: 'Runs', versions: 'Versions', details: 'Details' } as const;

export function TemplatePage(): ReactElement {
  return (
    <Read here={(template) => `Version ${template.version}`}>
      {(template) => (
        <>
          <Header template={template} />
          <Parts template={template} />
        </>
      )}
    </Read>
  );
}

export function TemplateHistoryPage(): ReactElement {
  return (
    <Read here={() => 'Runs'}>
      {(template) => (
        <>
          <PageTitle>{`Runs of ${template.template_name}, version ${template.version}`}</PageTitle>
          <RunList scope={{ of: 'template', id: template.template_id }} />
        </>
      )}
    </Read>
  );
}

type ReadProps = { here: (template: Template) => string; children: (template: Template) => ReactElement };

function Read({ here, children }: ReadProps): ReactElement {
  const { templateId = '' } = useParams({ strict: false });
  const { data, error, refetch } = useQuery(templateQuery(templateId));
  if (data === undefined) {
    return (
      <Stack>
        <TemplateTrail here={templateId} />
        <PageTitle>Template</PageTitle>
        {error === null ? <Skeleton height={300} /> : <Trouble error={error} onRetry={() => void refetch()} />}
      </Stack>
    );
  }
  return (
    // Another version is another page: its title gets the focus.
    <Stack key={templateId}>
      <TemplateTrail template={data} here={here(data)} />
      {children(data)}
    </Stack>
  );
}

function Header({ template }: { template: Template }): ReactElement {
  const { template_id: templateId, template_name: name, version, image, avatar_uri: uri } = template;
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="sm" wrap="nowrap">
        <Avatar name={name} uri={uri} />
        <div>
          <PageTitle>{name}</PageTitle>
          <Text size="sm" c="dimmed">
            Version {version} · <span className="mono">{image}</span>
          </Text>
          <Group gap={4} c="dimmed" wrap="nowrap">
            <Text size="xs" className="mono">
              {templateId}
            </Text>
            <CopyButton text={templateId} what="template id" />
          </Group>
        </div>
      </Group>
      <ButtonLink
        to="/templates/$templateId/execute"
        params={{ templateId }}
        leftSection={<Icon name="play" size={14} />}
        data-key="r"
      >
        Run
      </ButtonLink>
    </Group>
  );
}

function Parts({ template }: { template: Template }): ReactElement {
  const navigate = useNavigate();
  const { template_id: templateId } = template;
  return (
    <PartTabs
      label="Parts of the template"
      parts={parts}
      onChoose={(search) => {
        void navigate({ to: '/templates/$templateId', params: { templateId }, search, resetScroll: false });
      }}
    >
      <Tabs.Panel value="runs">
        <RunList scope={{ of: 'template', id: templateId }} />
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <Versions template={template} />
      </Tabs.Panel>
      <Tabs.Panel value="details">
        <TemplateDetails template={template} />
      </Tabs.Panel>
    </PartTabs>
  );
}
