/** Runs a version of a template, also like one of its runs with changes: /templates/ID/execute. */
import { Alert, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { runQuery } from '../api/queries';
import { many, one, type Search } from '../app/search';
import { prefillOf } from '../launch/from-run';
import { usePlaces } from '../launch/usePlaces';
import { AnchorLink } from '../parts/links';
import { PageTitle } from '../parts/PageTitle';
import { Trouble } from '../parts/Trouble';
import { templateQuery, type Template } from './queries';
import { TemplateLaunch } from './TemplateLaunch';
import { TemplateTrail } from './TemplateTrail';

export function TemplateLaunchPage(): ReactElement {
  const { templateId = '' } = useParams({ strict: false });
  const search: Search = useSearch({ strict: false });
  const isLike = one(search, 'run') !== undefined;
  const { data, error, refetch } = useQuery(templateQuery(templateId));
  const name = data?.template_name;
  return (
    <Stack>
      <TemplateTrail template={data} here="Run" />
      <PageTitle>{name === undefined ? 'Run' : isLike ? `Run ${name} again with changes` : `Run ${name}`}</PageTitle>
      {data !== undefined ? (
        <Opened key={JSON.stringify([templateId, search['run'], search['env']])} template={data} search={search} />
      ) : error !== null ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={400} />
      )}
    </Stack>
  );
}

function Opened({ template, search }: { template: Template; search: Search }): ReactElement {
  const { template_id: templateId } = template;
  const runId = one(search, 'run');
  const places = usePlaces();
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined });
  const plain = (
    <AnchorLink to="/templates/$templateId/execute" params={{ templateId }} search={{}} size="sm">
      Run it from its defaults
    </AnchorLink>
  );
  if (run.error !== null && run.data === undefined) {
    return (
      <>
        <Trouble error={run.error} onRetry={() => void run.refetch()} />
        {plain}
      </>
    );
  }
  if (run.data !== undefined && run.data.executable_id !== templateId) {
    return (
      <Alert color="red" role="alert" title="Not this template's run">
        Run {run.data.run_id} was started from something else, or from another version. {plain}
      </Alert>
    );
  }
  if (places === undefined || (runId !== undefined && run.data === undefined)) return <Skeleton height={400} />;
  return <TemplateLaunch template={template} run={run.data} places={places} prefill={prefillOf(many(search, 'env'))} />;
}
