/** What a form advises, though no rule asks for it. */

const milliPerCore = 1024;

/** How much a number of CPU units is; undefined for what is no number. */
export function cpuHint(cpu: string): string | undefined {
  if (!/^\d+$/.test(cpu) || Number(cpu) === 0) return undefined;
  const cores = Math.round((Number(cpu) / milliPerCore) * 100) / 100;
  return `1024 = 1 core; this is ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** A tag that moves makes yesterday's run and today's differ. */
export function imageHint(image: string): string | undefined {
  if (image === '' || image.includes('@')) return undefined;
  // The last part: a registry may have a port.
  const [, tag] = (image.split('/').at(-1) ?? '').split(':');
  if (tag === undefined) return 'No tag: latest is meant, which may be another image tomorrow. Name a version';
  return tag === 'latest' ? 'latest may be another image tomorrow. Name a version' : undefined;
}
