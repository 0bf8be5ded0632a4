/** What this browser remembers for its user: nothing of it is sent, but the owner, whom launches name, and whom changes are made by. */
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { useSyncExternalStore } from 'react';

export type Settings = {
  /** Who runs what is launched from here. */
  owner: string;
  /** `browser`, `UTC` or a name of the IANA database. */
  zone: string;
  times: 'relative' | 'absolute';
  scheme: MantineColorScheme;
  shortcuts: boolean;
  logWrap: boolean;
  logTimestamps: boolean;
  logColours: boolean;
};

const defaults: Settings = {
  owner: '',
  zone: 'browser',
  times: 'relative',
  scheme: 'auto',
  shortcuts: true,
  logWrap: false,
  logTimestamps: false,
  logColours: true,
};

const choices: Readonly<Record<string, readonly unknown[]>> = {
  times: ['relative', 'absolute'],
  scheme: ['auto', 'light', 'dark'],
};

const storageKey = 'flotilla-settings';
const listeners = new Set<() => void>();
let current = read();

function read(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as object | null;
    return { ...defaults, ...Object.fromEntries(Object.entries(kept ?? {}).filter(isSound)) };
  } catch {
    // Storage may be forbidden or broken: the page works all the same.
    return defaults;
  }
}

/** What is kept may be of another version, or damaged. */
function isSound([name, value]: [string, unknown]): boolean {
  const normal: unknown = { ...defaults }[name];
  return typeof value === typeof normal && (choices[name]?.includes(value) ?? true);
}

export function settings(): Settings {
  return current;
}

export function changeSettings(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // Then it holds until the page is closed.
  }
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

// Another tab has changed them.
window.addEventListener('storage', ({ key }) => {
  if (key !== storageKey && key !== null) return;
  current = read();
  for (const tell of listeners) tell();
});

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}

/** The library asks here, so that there is one place for all settings. */
export const schemeManager: MantineColorSchemeManager = {
  get: () => current.scheme,
  set: (scheme) => {
    if (scheme !== current.scheme) changeSettings({ scheme });
  },
  subscribe: (onUpdate) => {
    unsubscribe = subscribe(() => {
      onUpdate(current.scheme);
    });
  },
  unsubscribe: () => {
    unsubscribe();
  },
  clear: () => {
    changeSettings({ scheme: defaults.scheme });
  },
};
let unsubscribe = (): void => undefined;
