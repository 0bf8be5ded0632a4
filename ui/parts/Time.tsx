/** Moments and durations. A moment shows in the chosen zone, or as how long ago; under it, all forms of it, and it can be copied. */
import { Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useSettings } from '../settings/settings';
import { copyText } from './copy';
import { agoText, durationText, timeText, zoneName } from './duration';
import { useNow, useToldNow } from './now';

type Props = { at: string; isAbsolute?: boolean };

/** `at`: as the API writes it (RFC 3339, UTC). `isAbsolute`: whatever is set, such as where how long ago stands beside it. */
export function Time(props: Props): ReactElement {
  return Number.isNaN(Date.parse(props.at)) ? <>{props.at}</> : <Moment {...props} />;
}

function Moment({ at, isAbsolute = false }: Props): ReactElement {
  const { zone, times } = useSettings();
  /** Until it is left. */
  const [said, setSaid] = useState<string | null>(null);
  const ms = Date.parse(at);
  const local = `${timeText(ms, zone)} (${zoneName(zone)})`;
  const copy = (): void => {
    void copyText(at).then((isDone) => {
      setSaid(isDone ? 'Copied' : 'Could not copy');
    });
  };
  const leave = (): void => {
    setSaid(null);
  };
  return (
    <>
      <Tooltip label={said ?? `${local} · ${at} · click or Enter copies`}>
        <time
          dateTime={at}
          ref={makeStop}
          className="time"
          onClick={copy}
          onKeyDown={({ key }) => {
            if (key === 'Enter') copy();
          }}
          onBlur={leave}
          onMouseLeave={leave}
        >
          {isAbsolute || times === 'absolute' ? timeText(ms, zone) : <Ago ms={ms} />}
        </time>
      </Tooltip>
      {said !== null && <VisuallyHidden role="status">{said}</VisuallyHidden>}
    </>
  );
}

/** What it says on hover is for keyboards, too. Not by Tab in rows, where there would be hundreds of stops. */
function makeStop(time: HTMLElement | null): void {
  if (time !== null) time.tabIndex = time.closest('tr, li') === null ? 0 : -1;
}

function Ago({ ms }: { ms: number }): string {
  return agoText(useNow() - ms);
}

/** Such as `next 10:04:10`, after `sign`; nothing once that is past. */
export function NextAt({ at, sign = '' }: { at: string; sign?: string }): string {
  const { zone } = useSettings();
  const ms = Date.parse(at);
  return ms > useNow() ? `${sign}next ${timeText(ms, zone, 'clock')}` : '';
}

/** Says whose times a table has. */
export function ZoneNote(): ReactElement {
  const { zone } = useSettings();
  return (
    <Text size="xs" c="dimmed" component="div">
      Times: {zoneName(zone)}
    </Text>
  );
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
  return durationText(Math.floor((useToldNow() - Date.parse(from)) / 1000) * 1000);
}
