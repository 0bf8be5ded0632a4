/** Which cluster a run goes to: the one it names, one of its tier's, its definition's, the default. */

export const clusterStatuses = ['active', 'maintenance', 'offline'] as const;
export type ClusterStatus = (typeof clusterStatuses)[number];

/** A configured cluster as operators and observers see it. */
export type Candidate = {
  name: string;
  status: ClusterStatus;
  statusReason: string;
  allowedTiers: readonly string[];
  /** Nobody can see it now. */
  isStale: boolean;
};

/** Null: nobody said. */
export type Wish = { cluster: string | null; tier: string | null; target: string | null };

export type Choice =
  /** Any of them; the least loaded is best. */
  | { do: 'place'; among: [string, ...string[]] }
  /** No such cluster is configured. */
  | { do: 'refuse-unknown'; name: string }
  /** It takes no runs now. */
  | { do: 'refuse-closed'; closed: Candidate }
  | { do: 'refuse-all-closed'; closed: readonly Candidate[] };

/** `candidates` in the order of the configuration, whose first is the default. */
export function choose(candidates: readonly Candidate[], wish: Wish): Choice {
  if (wish.cluster !== null) return only(candidates, wish.cluster);
  const open = candidates.filter(({ status }) => status === 'active');
  const { tier } = wish;
  const ofTier = tier === null ? null : healthiest(open.filter(({ allowedTiers }) => allowedTiers.includes(tier)));
  if (ofTier !== null) return { do: 'place', among: ofTier };
  // A job that names its cluster may have its data there: nowhere else will do.
  if (wish.target !== null) return only(candidates, wish.target);
  const [first] = candidates;
  if (first?.status === 'active' && !first.isStale) return { do: 'place', among: [first.name] };
  const others = healthiest(open);
  return others === null ? { do: 'refuse-all-closed', closed: candidates } : { do: 'place', among: others };
}

function only(candidates: readonly Candidate[], name: string): Choice {
  const found = candidates.find((one) => one.name === name);
  if (found === undefined) return { do: 'refuse-unknown', name };
  return found.status === 'active' ? { do: 'place', among: [name] } : { do: 'refuse-closed', closed: found };
}

/** Those that can be seen; where none can, all: being blind ends no run, nor does it refuse one. */
function healthiest(open: readonly Candidate[]): [string, ...string[]] | null {
  const seen = open.filter(({ isStale }) => !isStale);
  const [first, ...others] = (seen.length > 0 ? seen : open).map(({ name }) => name);
  return first === undefined ? null : [first, ...others];
}
