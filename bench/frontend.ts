/** What Temporal's frontend was asked, by operation: where the time of a run, or the cost of an idle one, goes. */

type Counts = Map<string, number>;

/** What Temporal's frontend was asked since it started, by operation, but by Temporal itself. A long poll counts when it arrives. */
export async function requestsByOperation(metricsUrl: string): Promise<Counts> {
  const text = await (await fetch(metricsUrl)).text();
  const counts: Counts = new Map();
  for (const line of text.split('\n')) {
    const [, labels, value] = /^service_requests(?:_total)?\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (labels?.includes('service_name="frontend"') !== true) continue;
    // Temporal's own workers ask, too, about one request a second.
    if (labels.includes('namespace="temporal_system"')) continue;
    const operation = /operation="([^"]*)"/.exec(labels)?.[1] ?? '';
    counts.set(operation, (counts.get(operation) ?? 0) + Number(value));
  }
  if (counts.size === 0) throw new Error(`${metricsUrl} has no service_requests of the frontend`);
  return counts;
}

export function difference(after: Counts, before: Counts): Counts {
  return new Map([...after].map(([key, value]) => [key, value - (before.get(key) ?? 0)]));
}

export function sum(counts: Counts): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

export function spell(counts: Counts): string {
  const some = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return some.map(([key, count]) => `${key} ${count}`).join(', ') || 'none';
}
