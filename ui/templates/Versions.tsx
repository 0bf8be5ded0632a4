/** All versions of a template: each is one of its own, with its own runs. */
import { Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';
import { Trouble } from '../parts/Trouble';
import { versionsQuery, type Template } from './queries';

export function Versions({ template }: { template: Template }): ReactElement {
  const { data, error, refetch } = useQuery(versionsQuery(template.template_name));
  if (data === undefined) {
    return error === null ? <Skeleton height={120} /> : <Trouble error={error} onRetry={() => void refetch()} />;
  }
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
        {data.map(({ template_id: templateId, version, image }) => (
          <Table.Tr key={templateId}>
            <Table.Td data-label="Version">
              {templateId === template.template_id ? (
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
