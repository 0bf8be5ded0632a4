/** Where a page of a template is: the way back to the list, and to the template. */
import type { ReactElement } from 'react';
import { AnchorLink } from '../parts/links';
import { Trail } from '../parts/Trail';

type Props = { template?: { template_id: string; template_name: string } | undefined; here: string };

export function TemplateTrail({ template, here }: Props): ReactElement {
  return (
    <Trail here={here}>
      <AnchorLink to="/templates" size="sm">
        Templates
      </AnchorLink>
      {template !== undefined && (
        <AnchorLink size="sm" to="/templates/$templateId" params={{ templateId: template.template_id }}>
          {template.template_name}
        </AnchorLink>
      )}
    </Trail>
  );
}
