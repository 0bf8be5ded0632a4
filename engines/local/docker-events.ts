/** Docker's stream of container events as sightings. */
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Sighting } from '../engine';
import { keyOf } from './docker-labels';

type ContainerEvent = { Action: string; Actor: { Attributes: Record<string, string> } };

/** Looks at each container that an event is about. Ends when `signal` is aborted; throws when the stream breaks. */
export function followEvents(
  stream: NodeJS.ReadableStream,
  lookAt: (key: AttemptKey) => Promise<Sighting>,
  see: (sightings: Sighting[]) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let rest = '';
    // Inspects take their time: each attempt's sights stay in the order of their events.
    const lanes = new Map<string, Promise<void>>();
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') enqueue(JSON.parse(line) as ContainerEvent);
    });
    const end = (error?: Error): void => {
      if (signal.aborted) resolve();
      else reject(error ?? new Error('Docker closed the stream of events'));
    };
    stream.on('end', () => {
      end();
    });
    stream.on('close', () => {
      end();
    });
    stream.on('error', end);

    function enqueue(event: ContainerEvent): void {
      const key = keyOf(event.Actor.Attributes);
      if (key === null) return;
      const name = attemptName(key);
      const lane = (lanes.get(name) ?? Promise.resolve())
        .then(async () => {
          see([await lookAt(key)]);
        })
        .catch((error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
        })
        .finally(() => {
          if (lanes.get(name) === lane) lanes.delete(name);
        });
      lanes.set(name, lane);
    }
  });
}
