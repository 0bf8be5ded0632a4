/** What one cluster shows of our Jobs, put together from what its watches tell. */
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Sight, Sighting } from '../engine';
import type { Change } from './follow';
import { attemptLabel, runLabel } from './manifest';
import { backendEvents, sightOf, whereabouts } from './outcome';

type Shown = {
  key: AttemptKey;
  job: V1Job | null;
  pods: Map<string, V1Pod>;
  events: Map<string, CoreV1Event>;
  /** Events that were not told yet. */
  fresh: CoreV1Event[];
  told: string;
  /** How it ended, once it has: from then on its objects are kept by name alone. */
  end: Sight | null;
  isLeaving: boolean;
};

/** How many events of one attempt are kept here; the Job's own trouble repeats itself under one id. */
const maxEvents = 100;
/** So many attempts may have events before their objects are seen. */
const maxEarly = 5000;
const maxAttempt = 1_000_000;

/** Changes come in through `jobs`, `pods` and `events`; what they mean goes out through `see`. */
export class Mirror {
  private readonly shown = new Map<string, Shown>();
  /** Events may come before the object that they tell of; the key is not in them. */
  private readonly early = new Map<string, CoreV1Event[]>();
  private readonly listed = { jobs: false, pods: false, events: false };
  private readonly see: (sightings: Sighting[]) => void;
  private readonly ended: (key: AttemptKey) => void;
  private readonly leaving: (key: AttemptKey) => void;

  /**
   * `ended`: an attempt's end is known. `leaving`: somebody deletes the pod of one that runs. Each told once for each attempt that
   * this mirror shows.
   */
  constructor(
    see: (sightings: Sighting[]) => void,
    ended: (key: AttemptKey) => void,
    leaving: (key: AttemptKey) => void,
  ) {
    this.see = see;
    this.ended = ended;
    this.leaving = leaving;
  }

  isWhole(): boolean {
    return this.listed.jobs && this.listed.pods && this.listed.events;
  }

  /** Null: not to be told from here (nothing seen of it, or not all was listed yet). */
  sightOf(key: AttemptKey): Sight | null {
    const shown = this.shown.get(attemptName(key));
    return shown === undefined || !this.isWhole() ? null : this.judge(shown);
  }

  /** As far as they were seen. */
  podsOf(key: AttemptKey): V1Pod[] {
    return [...(this.shown.get(attemptName(key))?.pods.values() ?? [])];
  }

  readonly jobs = (change: Change<V1Job>): void => {
    if (change.kind === 'all') {
      const names = new Set(change.objects.map(({ metadata }) => metadata?.name));
      this.put(change.objects);
      for (const [name, shown] of this.shown) {
        if (!names.has(name) && shown.job !== null) this.jobGone(name);
      }
      this.whole('jobs');
    } else if (change.kind === 'put') this.put([change.object]);
    else this.jobGone(change.object.metadata?.name ?? '');
  };

  readonly pods = (change: Change<V1Pod>): void => {
    if (change.kind === 'all') {
      const names = new Set(change.objects.map(({ metadata }) => metadata?.name));
      for (const pod of change.objects) this.podPut(pod);
      for (const shown of this.shown.values()) {
        for (const [name, pod] of shown.pods) if (!names.has(name)) this.podGone(pod);
      }
      this.whole('pods');
    } else if (change.kind === 'put') this.podPut(change.object);
    else this.podGone(change.object);
  };

  readonly events = (change: Change<CoreV1Event>): void => {
    if (change.kind === 'gone') return;
    for (const event of change.kind === 'all' ? change.objects : [change.object]) this.eventPut(event);
    if (change.kind === 'all') this.whole('events');
  };

  private whole(what: keyof typeof this.listed): void {
    const was = this.isWhole();
    this.listed[what] = true;
    if (was || !this.isWhole()) return;
    for (const shown of this.shown.values()) {
      // Ended before anybody looked: the comparison asks for those that are still open, the others are told no more.
      const sight = this.judge(shown);
      if (sight.kind === 'ended' && sight.stillTrying !== true) this.over(shown);
      else this.tell(shown);
    }
  }

  private put(jobs: V1Job[]): void {
    for (const job of jobs) {
      const shown = this.at(job.metadata?.labels);
      if (shown === null) continue;
      shown.job = shown.end === null ? job : nameOnly(job);
      this.tell(shown);
    }
  }

  private jobGone(name: string): void {
    const shown = this.shown.get(name);
    if (shown === undefined) return;
    shown.job = null;
    this.gone(name, shown);
  }

  private podPut(pod: V1Pod): void {
    const shown = this.at(pod.metadata?.labels);
    if (shown === null) return;
    shown.pods.set(pod.metadata?.name ?? '', shown.end === null ? pod : nameOnly(pod));
    this.tell(shown);
  }

  private podGone(pod: V1Pod): void {
    const key = keyOf(pod.metadata?.labels);
    const name = key === null ? '' : attemptName(key);
    const shown = this.shown.get(name);
    if (shown === undefined) return;
    // Its last state is the one that it is deleted with: an end that came together with the deletion is in it.
    shown.pods.set(pod.metadata?.name ?? '', pod);
    this.tell(shown);
    shown.pods.delete(pod.metadata?.name ?? '');
    this.gone(name, shown);
  }

  private gone(name: string, shown: Shown): void {
    this.tell(shown);
    if (shown.job === null && shown.pods.size === 0) this.shown.delete(name);
  }

  private eventPut(event: CoreV1Event): void {
    const name = jobNameOf(event);
    if (name === null) return;
    const shown = this.shown.get(name);
    if (shown === undefined) {
      const waiting = this.early.get(name) ?? [];
      if (waiting.length < maxEvents) this.early.set(name, [...waiting, event]);
      // The oldest are of objects that are nobody's business any more.
      const [oldest] = this.early.keys();
      if (this.early.size > maxEarly && oldest !== undefined) this.early.delete(oldest);
      return;
    }
    this.keep(shown, event);
    this.tell(shown);
  }

  private keep(shown: Shown, event: CoreV1Event): void {
    const id = event.metadata.uid ?? '';
    if (shown.events.size >= maxEvents && !shown.events.has(id)) return;
    if (shown.end === null) shown.events.set(id, event);
    shown.fresh.push(event);
  }

  private at(labels: Record<string, string> | undefined): Shown | null {
    const key = keyOf(labels);
    if (key === null) return null;
    const name = attemptName(key);
    let shown = this.shown.get(name);
    if (shown === undefined) {
      shown = { key, job: null, pods: new Map(), events: new Map(), fresh: [], told: '', end: null, isLeaving: false };
      this.shown.set(name, shown);
      for (const event of this.early.get(name) ?? []) this.keep(shown, event);
      this.early.delete(name);
    }
    return shown;
  }

  private judge({ key, job, pods, events, end }: Shown): Sight {
    return end ?? sightOf(job, [...pods.values()], [...events.values()], key.runId);
  }

  private tell(shown: Shown): void {
    if (!this.isWhole()) return;
    const { key, fresh, pods } = shown;
    const events = backendEvents(fresh);
    shown.fresh = [];
    const where = whereabouts([...pods.values()]);
    // An end stays: what comes after it (the Job's removal) is no news.
    const sight = shown.end === null ? this.judge(shown) : null;
    const told = sight === null ? shown.told : JSON.stringify([sight, where]);
    const isNews = told !== shown.told;
    shown.told = told;
    if (isNews && sight !== null) this.see([{ key, sight, whereabouts: where, events }]);
    else if (events.length > 0) this.see([{ key, events }]);
    // What is still tried may turn out otherwise.
    if (sight?.kind === 'ended' && sight.stillTrying !== true) this.over(shown);
    if (sight?.kind === 'running' && !shown.isLeaving && [...pods.values()].some(isDeleted)) {
      shown.isLeaving = true;
      this.leaving(key);
    }
  }

  private over(shown: Shown): void {
    shown.end = this.judge(shown);
    shown.job = shown.job === null ? null : nameOnly(shown.job);
    shown.pods = new Map([...shown.pods].map(([name, pod]) => [name, nameOnly(pod)]));
    shown.events.clear();
    this.ended(shown.key);
  }
}

function isDeleted({ metadata }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined;
}

/** Thousands of ended ones stay until Kubernetes removes them. */
function nameOnly<T extends V1Job | V1Pod>({ metadata }: T): T {
  const { name, namespace, uid, labels } = metadata ?? {};
  return { metadata: { name, namespace, uid, labels } } as T;
}

/** Null: not of ours. */
export function keyOf(labels: Record<string, string> | undefined): AttemptKey | null {
  const runId = labels?.[runLabel];
  const attempt = Math.trunc(Number(labels?.[attemptLabel]));
  return runId !== undefined && attempt >= 1 && attempt <= maxAttempt ? { runId, attempt } : null;
}

/** How the names of our Jobs and pods begin. */
const runLike = /^eks-[0-9a-f-]{32}/;

/** Events name their object alone: a pod is called after its Job and five characters of its own. */
function jobNameOf({ involvedObject: { kind, name } }: CoreV1Event): string | null {
  if (name === undefined || !runLike.test(name)) return null;
  if (kind === 'Job') return name;
  return kind === 'Pod' ? name.replace(/-[a-z0-9]{5}$/, '') : null;
}
