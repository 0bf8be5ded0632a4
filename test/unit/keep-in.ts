/** An observer that keeps what it is told. */
import type { See, Sighting } from '../../engines/engine';

export function keepIn(sightings: Sighting[]): See {
  return (more) => {
    sightings.push(...more);
    return Promise.resolve(true);
  };
}
