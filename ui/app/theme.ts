/** Colours and forms of all components: contrast of text is at least 4.5 in both schemes (WCAG AA). */
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Badge: { defaultProps: { tt: 'none' } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, centered: true } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Alert: { defaultProps: { closeButtonLabel: 'Dismiss' } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true }, withArrow: true } },
  },
});

// The library's own are too pale on their tints.
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-anchor': '#1864ab',
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6b7178',
    '--mantine-color-error': '#b02525',
    '--mantine-color-blue-light-color': '#1864ab',
    '--mantine-color-blue-light-hover': '#c4e5ff',
    '--mantine-color-red-light-color': '#b02525',
    '--mantine-color-red-filled': '#b02525',
    '--mantine-color-red-filled-hover': '#962020',
    '--mantine-color-red-outline': '#b02525',
    '--mantine-color-green-light-color': '#1f6b30',
    '--mantine-color-yellow-light-color': '#7a4b00',
    '--mantine-color-orange-light-color': '#a03c00',
    '--mantine-color-gray-light-color': '#495057',
  },
  dark: {
    '--mantine-color-anchor': '#a5d8ff',
    '--mantine-color-dimmed': '#a9b0b8',
    '--mantine-color-placeholder': '#9aa1a9',
    '--mantine-color-error': '#ffa8a8',
    '--mantine-color-blue-light-color': '#a5d8ff',
    '--mantine-color-red-light-color': '#ffa8a8',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-red-outline': '#ffa8a8',
    '--mantine-color-green-light-color': '#8ce99a',
    '--mantine-color-yellow-light-color': '#ffe066',
    '--mantine-color-yellow-light-hover': '#8f4a00',
    '--mantine-color-orange-light-color': '#ffc078',
    '--mantine-color-gray-light-color': '#ced4da',
  },
});
