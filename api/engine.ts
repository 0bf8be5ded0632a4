/** Which engine is meant: by its name, or by a cluster that it has. */
import type { Engine } from '../engines/engine';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';

type Engines = ApiDeps['engines'];

/** Throws RequestError 400. */
export function requireEngine(engines: Engines, name: string): Engine {
  const found = engines.get(name);
  if (found === undefined) throw noEngine(name, [...engines.keys()]);
  return found;
}

export function noEngine(name: string, names: readonly string[]): RequestError {
  return new RequestError(400, `engine must be [${names.join(', ')}] ${name} was specified`, 'engine');
}

/** The name of the first that has a cluster of this name; null where none has. */
export function engineWith(engines: Engines, cluster: string): string | null {
  return [...engines.values()].find(({ clusters }) => clusters.includes(cluster))?.name ?? null;
}
