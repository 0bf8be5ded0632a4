/** What an installation sets for all its Kubernetes clusters (configuration `eks.*`). */

/** Bounds of what a container may ask for; `cpu` in milli-CPU, memory in MB (10^6 bytes), as the original counts on Kubernetes. */
type Bounds = { minCpu: number; maxCpu: number; minMemoryMb: number; maxMemoryMb: number };

type Toleration = { key: string; operator: string; value?: string; effect?: string };

export type EksSettings = {
  /** Where all Jobs are. */
  namespace: string;
  /** Where a run names none; null leaves it to the namespace. */
  serviceAccount: string | null;
  schedulerName: string;
  /** How long an ended Job is kept, in seconds. */
  jobTtlSeconds: number;
  /**
   * How long a Job may wait for its node and image before the backend's own limit starts to eat into its deadline: at least
   * the start budget of a run. Kubernetes counts a Job's deadline from its creation.
   */
  startMarginSeconds: number;
  /** Between TERM and KILL where somebody else than Flotilla removes the pod: a drain, an eviction, the backend's own limit. */
  terminationGraceSeconds: number;
  imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** The node label that tells spot from on-demand nodes, and its values for each, at least one; null asks for none. */
  lifecycle: { label: string; spot: string[]; ondemand: string[] } | null;
  tolerations: Toleration[];
  /** Without GPU and with one. */
  bounds: Bounds;
  gpuBounds: Bounds;
  /** Asked for where neither run nor definition says. */
  defaults: { cpu: number; memoryMb: number };
  maxEphemeralStorageMb: number;
};
