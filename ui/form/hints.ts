/** What a form advises, though no rule asks for it. */

const unitsPerCore = 1024;

/** Such as `0.5 cores`. */
export function coresText(cpu: number): string {
  const cores = Math.round((cpu / unitsPerCore) * 100) / 100;
  return `${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** How much a number of CPU units is; undefined for what is no number. */
export function cpuHint(cpu: string): string | undefined {
  if (!/^\d+$/.test(cpu) || Number(cpu) === 0) return undefined;
  return `1024 = 1 core; this is ${coresText(Number(cpu))}`;
}

/** What an engine raises less to; `cpu` in its own unit. */
export type Minimum = { engine: string; cpu: number; memory: number };

/** Undefined for what is enough, is no number, or is asked of an engine that raises nothing. */
export function raisedHint(name: string, value: string, minimum: Minimum | undefined): string | undefined {
  if (minimum === undefined || (name !== 'cpu' && name !== 'memory') || !/^\d+$/.test(value)) return undefined;
  const least = minimum[name];
  return Number(value) < least ? `Under the minimum of ${minimum.engine}: will be raised to ${least}` : undefined;
}

/** A tag that moves makes yesterday's run and today's differ. */
export function imageHint(image: string): string | undefined {
  if (image === '' || image.includes('@')) return undefined;
  // The last part: a registry may have a port.
  const [, tag] = (image.split('/').at(-1) ?? '').split(':');
  if (tag === undefined) return 'No tag: latest is meant, which may be another image tomorrow. Name a version';
  return tag === 'latest' ? 'latest may be another image tomorrow. Name a version' : undefined;
}
