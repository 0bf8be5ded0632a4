/** Links of the router that look like the library's. */
import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';

type Native = Omit<ComponentPropsWithoutRef<'a'>, keyof AnchorProps | keyof ButtonProps>;

export const AnchorLink = createLink((props: AnchorProps & Native): ReactElement => <Anchor {...props} />);
export const ButtonLink = createLink((props: ButtonProps & Native): ReactElement => (
  <Button component="a" {...props} />
));
