/** All templates, the latest version of each: /templates. */
import { Anchor, Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Search } from '../app/search';
import { AsOf } from '../parts/AsOf';
import { countText } from '../parts/count';
import { Icon } from '../parts/icons';
import { AnchorLink, ButtonLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { Trouble } from '../parts/Trouble';
import { Foot } from '../runs/Foot';
import { Avatar } from './Avatar';
import { templatesQuery, type Template } from './queries';
import { searchOf, viewOf, type ListView } from './view';
import './templates.css';

export function TemplateListPage(): ReactElement {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const view = viewOf(search);
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const { data, error, isPlaceholderData, dataUpdatedAt, refetch } = useQuery(templatesQuery(view));
  const go = (next: Pick<ListView, 'page' | 'size'>): void => {
    void navigate({ to: '/templates', search: searchOf(next, search) });
  };
  return (
    <Stack gap="sm">
      <PageTitle>Templates</PageTitle>
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={300} />}
      {data !== undefined && (
        <>
          <Text size="sm" c="dimmed" role="status">
            {data.total === 1 ? '1 template' : `${countText(data.total)} templates`}
          </Text>
          <AsOf at={dataUpdatedAt} isOld={error !== null} />
          {data.templates.length === 0 ? (
            data.total === 0 ? (
              <Empty />
            ) : (
              <NoPage
                page={view.page}
                onFirst={() => {
                  go({ ...view, page: 1 });
                }}
              />
            )
          ) : (
            <ul className={isPlaceholderData ? 'template-cards template-old' : 'template-cards'}>
              {data.templates.map((one) => (
                <Card key={one.template_id} template={one} />
              ))}
            </ul>
          )}
          {data.total > view.size && <Foot view={view} total={data.total} isNarrow={isNarrow} onChange={go} />}
        </>
      )}
    </Stack>
  );
}

function Card({ template }: { template: Template }): ReactElement {
  const { template_id: templateId, template_name: name, version, image, avatar_uri: uri } = template;
  const params = { templateId };
  return (
    <li className="template-card" data-row>
      <Avatar name={name} uri={uri} />
      <Stack gap={4} miw={0}>
        <AnchorLink to="/templates/$templateId" params={params} fw={600}>
          {name}
        </AnchorLink>
        <Text size="sm" c="dimmed">
          Version {version} · <span className="mono">{image}</span>
        </Text>
        <ButtonLink
          to="/templates/$templateId/execute"
          params={params}
          size="compact-sm"
          variant="default"
          w="fit-content"
          leftSection={<Icon name="play" size={12} />}
          aria-label={`Run ${name}`}
        >
          Run
        </ButtonLink>
      </Stack>
    </li>
  );
}

function NoPage({ page, onFirst }: { page: number; onFirst: () => void }): ReactElement {
  return (
    <Stack align="center" gap="xs" py="xl">
      <Text>There is no page {page}.</Text>
      <Button variant="default" size="xs" onClick={onFirst}>
        Go to page 1
      </Button>
    </Stack>
  );
}

function Empty(): ReactElement {
  return (
    <Stack align="center" gap="xs" py="xl">
      <Text ta="center">
        No templates. A template is a command with gaps, and a form to fill them; it is made by the API:{' '}
        <span className="mono">POST /api/v7/template</span>.
      </Text>
      <Anchor href="/api/docs">The API’s documentation</Anchor>
    </Stack>
  );
}
