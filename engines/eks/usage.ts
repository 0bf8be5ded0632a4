/** What pods take now, as the metrics server tells. */
import type { Usage } from '../engine';

/** The part of a `PodMetrics` that counts. */
export type PodMetrics = {
  metadata: { labels?: Record<string, string> };
  containers?: { name: string; usage?: { cpu?: string; memory?: string } }[];
};

const bytesPerMb = 1_000_000;
const milliPer: Record<string, number> = { n: 1e-6, u: 1e-3, m: 1, '': 1000 };
const bytesPer: Record<string, number> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** Null where the container is not measured (yet). */
export function usageOf({ containers }: PodMetrics, containerName: string): Usage | null {
  const usage = containers?.find(({ name }) => name === containerName)?.usage;
  const cpuMilli = quantity(usage?.cpu, milliPer);
  const bytes = quantity(usage?.memory, bytesPer);
  return cpuMilli === null || bytes === null
    ? null
    : { memoryMb: Math.ceil(bytes / bytesPerMb), cpuMilli: Math.ceil(cpuMilli) };
}

function quantity(text: string | undefined, units: Record<string, number>): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text ?? '') ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  return factor === undefined ? null : Number(amount) * factor;
}
