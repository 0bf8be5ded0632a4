/** Where a page is: the way back, link by link, to the page itself. */
import { Breadcrumbs, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** `children`: the links; `here`: what the page is about. */
export function Trail({ children, here }: { children: ReactNode; here: string }): ReactElement {
  return (
    <nav aria-label="Breadcrumbs">
      <Breadcrumbs separatorMargin={6}>
        {children}
        <Text size="sm" c="dimmed" aria-current="page">
          {here}
        </Text>
      </Breadcrumbs>
    </nav>
  );
}
