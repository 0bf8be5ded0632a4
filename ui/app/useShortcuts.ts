/** Binds the keys to what they do. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '../parts/typing';
import { useSettings } from '../settings/settings';
import { quickFindId } from './QuickFind';
import { keyReader } from './shortcuts';

/** `onHelp`: shows the list of them. */
export function useShortcuts(onHelp: () => void): void {
  const { shortcuts: isOn } = useSettings();
  const navigate = useNavigate();

  const act = useEffectEvent((keys: string) => {
    switch (keys) {
      case '/':
        document.getElementById(quickFindId)?.focus();
        return true;
      case '?':
        onHelp();
        return true;
      case 'g t':
        void navigate({ to: '/tasks' });
        return true;
      case 'g r':
        void navigate({ to: '/runs' });
        return true;
      case 'g m':
        void navigate({ to: '/templates' });
        return true;
      case 'g o':
        void navigate({ to: '/operations' });
        return true;
      case 'j':
        return step(1);
      case 'k':
        return step(-1);
      case 'x':
        return press(document.activeElement?.closest('[data-row]')?.querySelector('input[type="checkbox"]'));
      case 'n':
        void navigate({ to: '/tasks/create' });
        return true;
      case 'e':
      case 'r':
      case 'l':
        // What a page offers under this key, it says itself.
        return press(document.querySelector(`[data-key="${keys}"]`));
      default:
        return false;
    }
  });

  useEffect(() => {
    if (!isOn) return;
    const read = keyReader();
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const keys = read(event.key, event.timeStamp);
      if (keys !== null && act(keys)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [isOn]);
}

function press(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement)) return false;
  element.click();
  return true;
}

/** To the next row of a list, or the one before: its link gets the focus, so Enter opens it; without one, what else can have it. */
function step(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by];
  const stop = next?.querySelector<HTMLElement>('a') ?? next?.querySelector<HTMLElement>('[tabindex]');
  if (next === undefined || stop === null || stop === undefined) return false;
  stop.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}
