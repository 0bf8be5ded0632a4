/** What a job may ask for, as fields of a form. */

export const resourceNames = ['cpu', 'memory', 'gpu', 'ephemeral_storage'] as const;
export type ResourceName = (typeof resourceNames)[number];
/** As typed; empty where nothing is asked for. */
export type Resources = Record<ResourceName, string>;

export const resourceLabels: Record<ResourceName, string> = {
  cpu: 'CPU',
  memory: 'Memory (MB)',
  gpu: 'GPUs',
  ephemeral_storage: 'Disk (MB)',
};
