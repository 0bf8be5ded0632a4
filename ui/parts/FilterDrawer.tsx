/** The filters of a list where there is no room beside it. Heavy: loaded when it is opened. */
import { Drawer } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** It is there while it is open. */
export function FilterDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }): ReactElement {
  return (
    <Drawer opened onClose={onClose} title="Filters" position="bottom" size="85%">
      {children}
    </Drawer>
  );
}
