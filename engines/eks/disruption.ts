/** Who ended a pod that did not end by itself (spec/engine-behaviour.md §10.4, 49–55). Pure. */
import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import { oneLine } from './refusal';
import { latest } from './waiting';

/** `ownFault`: the pod broke a limit of its own. */
export type Disruption = { why: string; ownFault?: true };

/** A limit of the container, the pod or its volumes; "low on resource" is the node's trouble, whoever is to blame for it. */
const overuse =
  /exceeded its local ephemeral storage limit|ephemeral local storage usage exceeds|Usage of EmptyDir volume .* exceeds/i;

/** By what the pod itself shows: reasons of its status, which kubelets set, then the condition `DisruptionTarget`. */
export function disruptionOf({ spec, status }: V1Pod, events: CoreV1Event[]): Disruption | null {
  const node = spec?.nodeName;
  const said = oneLine(status?.message ?? '');
  switch (status?.reason ?? '') {
    case 'Evicted':
      return eviction(said);
    case 'Preempting':
      return { why: 'Preempted' };
    case 'Terminated':
    case 'NodeShutdown':
    case 'Shutdown':
      return { why: spotOr(`${named(node)} shut down`, node, events) };
    case 'NodeLost':
      return { why: spotOr(`${named(node)} lost`, node, events) };
  }
  const target = status?.conditions?.find((one) => one.type === 'DisruptionTarget' && one.status === 'True');
  return target === undefined ? null : byCondition(target.reason ?? '', oneLine(target.message ?? ''), node, events);
}

function byCondition(reason: string, said: string, node: string | undefined, events: CoreV1Event[]): Disruption {
  switch (reason) {
    case 'PreemptionByScheduler':
      return { why: 'Preempted' };
    case 'DeletionByPodGC':
      return { why: spotOr(`${named(node)} lost`, node, events) };
    // A taint says that the node does not answer, or is about to go.
    case 'DeletionByTaintManager':
      return { why: spotOr(`${named(node)} lost${said && ` (${said})`}`, node, events) };
    // A drain, Karpenter's consolidation, or a person with the same call.
    case 'EvictionByEvictionAPI':
      return { why: spotOr('Node drained', node, events) };
    case 'TerminationByKubelet':
      if (/node shutdown/i.test(said)) return { why: spotOr(`${named(node)} shut down`, node, events) };
      return /preempted/i.test(said) ? { why: 'Preempted' } : eviction(said);
    default:
      return { why: `Disrupted: ${[reason, said].filter((part) => part !== '').join(': ') || 'no reason given'}` };
  }
}

/** Of a pod that is gone: events outlive it by an hour. */
export function disruptionByEvents(events: CoreV1Event[], node: string | undefined): Disruption | null {
  const last = latest(events.filter(({ reason }) => /^(Preempted|Evicted|TaintManagerEviction)$/.test(reason ?? '')));
  const said = oneLine(last?.message ?? '');
  const host = node ?? last?.source?.host;
  switch (last?.reason ?? '') {
    case 'Preempted':
      return { why: 'Preempted' };
    case 'Evicted':
      // Karpenter and the descheduler use the word for their drains, too.
      return last?.source?.component === 'kubelet' ? eviction(said) : { why: spotOr('Node drained', host, events) };
    // The same event tells that a deletion was called off.
    case 'TaintManagerEviction':
      return said.startsWith('Cancelling') ? null : { why: spotOr(`${named(host)} lost`, host, events) };
  }
  return null;
}

function eviction(said: string): Disruption {
  return { why: said === '' ? 'Evicted' : `Evicted: ${said}`, ...(overuse.test(said) ? { ownFault: true } : {}) };
}

/** Kubernetes knows no spot nodes: only those who watch for the notice, Karpenter or a termination handler, say so. */
function spotOr(why: string, node: string | undefined, events: CoreV1Event[]): string {
  const spot = events.some(({ reason, message }) =>
    /spot ?(instance ?)?interrupt/i.test(`${reason ?? ''} ${message ?? ''}`),
  );
  return spot ? `Spot interruption on ${node ?? 'its node'}` : why;
}

function named(node: string | undefined): string {
  return node === undefined ? 'Node' : `Node ${node}`;
}
