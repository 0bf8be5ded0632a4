/** Moments and durations. A moment shows in the chosen zone, or as how long ago; under it, all forms of it. */
import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { useSettings } from '../settings/settings';
import { agoText, durationText, timeText, zoneName } from './duration';
import { useNow } from './now';

/** `at`: as the API writes it (RFC 3339, UTC). `isAbsolute`: whatever is set, such as where how long ago stands beside it. */
export function Time({ at, isAbsolute = false }: { at: string; isAbsolute?: boolean }): ReactElement {
  const { zone, times } = useSettings();
  const ms = Date.parse(at);
  const local = `${timeText(ms, zone)} (${zoneName(zone)})`;
  return (
    <Tooltip label={`${local} · ${at}`}>
      {/* Focusable: what it says on hover is for keyboards, too. */}
      <time dateTime={at} tabIndex={0}>
        {isAbsolute || times === 'absolute' ? timeText(ms, zone) : <Ago ms={ms} />}
      </time>
    </Tooltip>
  );
}

function Ago({ ms }: { ms: number }): string {
  return agoText(useNow() - ms);
}

/** From `from` to `to`, or until now while `to` is not known. */
export function Duration({ from, to }: { from: string; to: string | undefined }): ReactElement {
  return (
    <span className="number">
      {to === undefined ? <Ticking from={from} /> : durationText(Date.parse(to) - Date.parse(from))}
    </span>
  );
}

function Ticking({ from }: { from: string }): string {
  return durationText(Math.floor((useNow() - Date.parse(from)) / 1000) * 1000);
}
