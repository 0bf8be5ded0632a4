/** The one `h1` of a page: it gets the focus when the page is opened, unless somebody types by then, and names the tab. */
import { Title } from '@mantine/core';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { isTyping } from './typing';

/** Where keys go on when what had the focus is gone: not at the top of the window. */
export function focusTitle(): void {
  document.querySelector<HTMLElement>('.page-title')?.focus({ preventScroll: true });
}

/** `tab`: what the tab says instead of the text on the page. */
export function PageTitle({ children, tab }: { children: ReactNode; tab?: string }): ReactElement {
  const title = useRef<HTMLHeadingElement>(null);
  const text = tab ?? (typeof children === 'string' ? children : '');
  useEffect(() => {
    document.title = text === '' ? 'Flotilla' : `${text} · Flotilla`;
  }, [text]);
  useEffect(() => {
    // A page may show its title anew when its data come.
    if (!isTyping(document.activeElement)) title.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Title order={1} size="h2" ref={title} tabIndex={-1} className="page-title">
      {children}
    </Title>
  );
}
