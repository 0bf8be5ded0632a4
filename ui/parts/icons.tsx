/** Icons: they say nothing that a text beside them does not say, so readers of the screen skip them. */
import type { ReactElement } from 'react';

const paths = {
  box: 'M4 8l8-5 8 5v8l-8 5-8-5zM12 8v7m0 0-3-3m3 3 3-3',
  check: 'M5 13l4 4L19 7',
  chevron: 'M9 6l6 6-6 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4v5l3 2',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  download: 'M12 4v11m0 0-4-4m4 4 4-4M5 20h14',
  edit: 'M4 20l1-5L16 4l4 4L9 19z',
  eyeOff: 'M4 4l16 16M10 6a9 9 0 0 1 11 6 12 12 0 0 1-3 4M6 8a12 12 0 0 0-3 4 9 9 0 0 0 13 5',
  eye: 'M3 12a10 9 0 0 1 18 0 10 9 0 0 1-18 0zm9-3a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  filter: 'M4 5h16l-6 7v6l-4 2v-8z',
  gear: 'M4 7h10m4 0h2M16 5v4M4 17h2m4 0h10M8 15v4',
  hand: 'M8 12V5a1.5 1.5 0 0 1 3 0v6m0-7a1.5 1.5 0 0 1 3 0v7m0-5a1.5 1.5 0 0 1 3 0v8a7 7 0 0 1-13 3l-2-5a1.5 1.5 0 0 1 3-1l1 2',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v6m0-9v.01',
  log: 'M5 4h14v16H5zM8 8h8M8 12h8M8 16h5',
  menu: 'M4 6h16M4 12h16M4 18h16',
  moon: 'M20 14a8 8 0 1 1-10-10 7 7 0 0 0 10 10z',
  play: 'M7 4l13 8-13 8z',
  plus: 'M12 5v14M5 12h14',
  rotate: 'M20 11a8 8 0 1 0-2 6m2-11v5h-5',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4 4',
  slash: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 18 18 6',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0-5v1m0 16v1m9-9h-1M4 12H3m15.4-6.4-.7.7M6.3 17.7l-.7.7m12.800 0-.7-.7M6.3 6.3l-.7-.7',
  trash: 'M5 7h14M10 4h4M7 7l1 13h8l1-13',
  undo: 'M9 14 4 9l5-5M4 9h11a5 5 0 0 1 0 10h-3',
} as const;

export type IconName = keyof typeof paths;

/** `size` in pixels. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="icon"
    >
      <path d={paths[name]} />
    </svg>
  );
}
