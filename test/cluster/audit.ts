/** What the API server of our own cluster was asked by the user of its kubeconfig, out of its audit log. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

type Entry = {
  auditID: string;
  verb: string;
  user: { username: string };
  requestURI: string;
  requestReceivedTimestamp: string;
  objectRef?: { resource?: string; subresource?: string; apiGroup?: string; namespace?: string };
};

const testUser = 'flotilla-test';

/** Requests that came between the two times (ms since the epoch), by verb and resource; of one namespace, where it is given. */
export async function requestsBetween(
  auditLog: string,
  from: number,
  to: number,
  namespace?: string,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(auditLog) })) {
    const entry = entryOf(line);
    if (entry?.user.username !== testUser || seen.has(entry.auditID)) continue;
    const at = Date.parse(entry.requestReceivedTimestamp);
    if (at < from || at >= to || (namespace !== undefined && entry.objectRef?.namespace !== namespace)) continue;
    // A watch is told when it begins and when it ends.
    seen.add(entry.auditID);
    const { resource, subresource, apiGroup } = entry.objectRef ?? {};
    const kind = [resource ?? entry.requestURI, ...(subresource === undefined ? [] : [subresource])].join('/');
    const what = apiGroup === undefined ? kind : `${kind}.${apiGroup}`;
    const key = `${entry.verb} ${what}${/[?&]limit=1(&|$)/.test(entry.requestURI) ? ' (one)' : ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Null: the last line, which is being written. */
function entryOf(line: string): Entry | null {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return null;
  }
}
