/** Where a page of a template is: the way back to the list, and to the template. */
import { Breadcrumbs, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';

type Props = { template?: { template_id: string; template_name: string } | undefined; here: string };

export function TemplateTrail({ template, here }: Props): ReactElement {
  return (
    <nav aria-label="Breadcrumbs">
      <Breadcrumbs separatorMargin={6}>
        <AnchorLink to="/templates" size="sm">
          Templates
        </AnchorLink>
        {template !== undefined && (
          <AnchorLink size="sm" to="/templates/$templateId" params={{ templateId: template.template_id }}>
            {template.template_name}
          </AnchorLink>
        )}
        <Text size="sm" c="dimmed" aria-current="page">
          {here}
        </Text>
      </Breadcrumbs>
    </nav>
  );
}
