/** All versions of a template: each is one of its own, with its own runs. */
import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { AnchorLink } from '../parts/links';
import { Trouble } from '../parts/Trouble';
import { Foot } from '../runs/Foot';
import { versionsQuery, type Template } from './queries';
import { viewOf } from './view';

export function Versions({ template }: { template: Template }): ReactElement {
  const [view, setView] = useState(() => viewOf({}));
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const { data, error, refetch } = useQuery(versionsQuery(template.template_name, view));
  if (data === undefined) {
    return error === null ? <Skeleton height={120} /> : <Trouble error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Stack gap="sm">
      <VersionTable versions={data.templates} shown={template.template_id} />
      {data.total > view.size && <Foot view={view} total={data.total} isNarrow={isNarrow} onChange={setView} />}
    </Stack>
  );
}

/** `shown`: the id of the one that the page is of. */
function VersionTable({ versions, shown }: { versions: readonly Template[]; shown: string }): ReactElement {
  return (
    <Table className="cards" aria-label="Versions" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="9rem">Version</Table.Th>
          <Table.Th>Image</Table.Th>
          <Table.Th>ID</Table.Th>
          <Table.Th w="6rem">Runs</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.map(({ template_id: templateId, version, image }) => (
          <Table.Tr key={templateId}>
            <Table.Td data-label="Version">
              {templateId === shown ? (
                <Text size="sm" span>
                  {version} (this one)
                </Text>
              ) : (
                <AnchorLink to="/templates/$templateId" params={{ templateId }} size="sm">
                  {version}
                </AnchorLink>
              )}
            </Table.Td>
            <Table.Td data-label="Image" className="mono">
              {image}
            </Table.Td>
            <Table.Td data-label="ID" className="mono">
              {templateId}
            </Table.Td>
            <Table.Td data-label="Runs">
              <AnchorLink
                to="/templates/$templateId/history"
                params={{ templateId }}
                size="sm"
                aria-label={`Runs of version ${version}`}
              >
                Runs
              </AnchorLink>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
