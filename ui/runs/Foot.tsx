/** Under the rows: pages and how many rows each has. */
import { Group, NativeSelect, Pagination } from '@mantine/core';
import type { ReactElement } from 'react';
import { pageSizes, type PageSize } from './filter';

export function Foot<View extends { page: number; size: PageSize }>({
  view,
  total,
  isNarrow,
  onChange,
}: {
  view: View;
  total: number;
  isNarrow: boolean;
  onChange: (view: View) => void;
}): ReactElement {
  const pages = Math.max(1, Math.ceil(total / view.size));
  return (
    <Group justify="space-between" gap="sm">
      <Pagination
        size="sm"
        total={pages}
        value={view.page}
        siblings={isNarrow ? 0 : 1}
        boundaries={1}
        aria-label="Pages"
        component="nav"
        getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
        getControlProps={(control) => ({ 'aria-label': control === 'next' ? 'Next page' : 'Previous page' })}
        onChange={(page) => {
          onChange({ ...view, page });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label="Rows on a page"
        value={String(view.size)}
        data={pageSizes.map((size) => ({ value: String(size), label: `${size} a page` }))}
        onChange={({ currentTarget: { value } }) => {
          const size = Number(value) as PageSize;
          // The first row stays on the page.
          onChange({ ...view, size, page: Math.floor(((view.page - 1) * view.size) / size) + 1 });
        }}
      />
    </Group>
  );
}
