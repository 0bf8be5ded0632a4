/** The icon of the browser's tab says how the run is: by form and by colour. */
import { useEffect } from 'react';
import type { Tone } from '../parts/status';

const forms: Record<Tone, { colour: string; path: string }> = {
  queued: { colour: '#7a4b00', path: 'M8 4v4.500l3 1.500' },
  pending: { colour: '#5f3dc4', path: 'M8 4v7m0 0-3-3m3 3 3-3' },
  running: { colour: '#1864ab', path: 'M6.500 5l5 3-5 3z' },
  stopping: { colour: '#a03c00', path: 'M5.500 5.500h5v5h-5z' },
  succeeded: { colour: '#1f6b30', path: 'M4.500 8.500l2.500 2.500 4.500-5' },
  cancelled: { colour: '#495057', path: 'M5 11l6-6' },
  failed: { colour: '#b02525', path: 'M5.500 5.500l5 5m0-5-5 5' },
};

function iconOf(tone: Tone): string {
  const { colour, path } = forms[tone];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="${colour}"/>` +
    `<path d="${path}" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export function useFavicon(tone: Tone): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    const before = link.href;
    link.href = iconOf(tone);
    return () => {
      link.href = before;
    };
  }, [tone]);
}
