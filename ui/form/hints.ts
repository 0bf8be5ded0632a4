/** What a form advises, though no rule asks for it. */

/** As the original counts: 1/1024 of a core, and milli-CPU on Kubernetes. */
function unitsPerCore(engine: string | undefined): number {
  return engine === 'eks' ? 1000 : 1024;
}

/** Such as `0.5 cores`. */
export function coresText(cpu: number, engine?: string): string {
  const cores = Math.round((cpu / unitsPerCore(engine)) * 100) / 100;
  return `${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** What CPU units are, and how much so many of them, where it is a number. */
export function cpuHint(cpu: string, engine?: string): string {
  const unit = `${unitsPerCore(engine)} = 1 core`;
  return /^\d+$/.test(cpu) && Number(cpu) > 0 ? `${unit}; this is ${coresText(Number(cpu), engine)}` : unit;
}

/** The largest machines that are to be had (AWS u7inh-32tb). */
const mostMemoryMb = 32 * 1024 * 1024;

export function memoryHint(memory: string): string | undefined {
  return /^\d+$/.test(memory) && Number(memory) > mostMemoryMb ? 'More than any machine has' : undefined;
}

/** What an engine raises less to; `cpu` in its own unit. */
export type Minimum = { engine: string; cpu: number; memory: number };

/** Undefined for what is enough, is no number, or is asked of an engine that raises nothing. */
export function raisedHint(name: string, value: string, minimum: Minimum | undefined): string | undefined {
  if (minimum === undefined || (name !== 'cpu' && name !== 'memory') || !/^\d+$/.test(value)) return undefined;
  const least = minimum[name];
  return Number(value) < least ? `Under the minimum of ${minimum.engine}: will be raised to ${least}` : undefined;
}

// As Docker reads names: github.com/distribution/reference, but for the parts of a digest.
const registry = '(?:(?:[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?/)?';
const part = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const imageName = new RegExp(`^${registry}${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@[\\w+.-]+:\\w+)?$`);

/** No rule asks for a name of an image; a tag that moves makes yesterday's run and today's differ. */
export function imageHint(image: string): string | undefined {
  if (image === '') return undefined;
  if (!imageName.test(image)) return 'No name of an image: such as ubuntu:24.04';
  if (image.includes('@')) return undefined;
  // The last part: a registry may have a port.
  const [, tag] = (image.split('/').at(-1) ?? '').split(':');
  if (tag === undefined) return 'No tag: latest is meant, which may be another image tomorrow. Name a version';
  return tag === 'latest' ? 'latest may be another image tomorrow. Name a version' : undefined;
}
