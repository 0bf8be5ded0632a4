/** Where a run may go: engines and clusters as choices. */
import type { Schemas } from '../api/client';
import type { Minimum } from '../form/hints';
import type { LaunchForm } from './launch-form';

type Engine = Pick<Schemas['Info']['engines'][number], 'name' | 'is_default' | 'warning' | 'minimum'>;
type Cluster = Pick<Schemas['Cluster'], 'name' | 'engine' | 'status' | 'status_reason'>;
/** Empty lists where they could not be read: then the API chooses, or says what is wrong. */
export type Places = { engines: readonly Engine[]; clusters: readonly Cluster[]; deadlineSeconds: number };
type Chosen = Pick<LaunchForm, 'engine' | 'cluster'>;
type Option = { value: string; label: string; disabled?: boolean };

export function defaultEngine({ engines }: Places): string {
  return (engines.find((one) => one.is_default) ?? engines[0])?.name ?? '';
}

/** Of a cluster, or where runs go that name none. */
export function engineOf(places: Places, cluster: string): string {
  return places.clusters.find(({ name }) => name === cluster)?.engine ?? defaultEngine(places);
}

export function minimumOf({ engines }: Places, engine: string): Minimum | undefined {
  const minimum = engines.find(({ name }) => name === engine)?.minimum;
  return minimum === undefined ? undefined : { engine, ...minimum };
}

export function engineOptions({ engines }: Places, chosen: string): Option[] {
  const options = engines.map((one) => ({
    value: one.name,
    label: one.is_default ? `${one.name} (default)` : one.name,
  }));
  return withChosen(options, chosen, 'Default');
}

/** What its owner should know of every run there. */
export function engineWarning({ engines }: Places, chosen: string): string | undefined {
  return engines.find(({ name }) => name === chosen)?.warning;
}

/** Those that take no runs say why, and cannot be chosen. */
export function clusterOptions({ clusters }: Places, { engine, cluster }: Chosen): Option[] {
  const own = clusters.filter((one) => one.engine === engine);
  const options: Option[] = own.map((one) =>
    one.status === 'active'
      ? { value: one.name, label: one.name }
      : { value: one.name, label: `${one.name}: ${statusOf(one)}`, disabled: true },
  );
  return withChosen([{ value: '', label: 'Any that takes runs' }, ...options], cluster, '');
}

/** Why the chosen cluster takes no runs; undefined where it does. */
export function closedReason({ clusters }: Places, { engine, cluster }: Chosen): string | undefined {
  const found = clusters.find((one) => one.name === cluster && one.engine === engine);
  return found === undefined || found.status === 'active' ? undefined : `It takes no runs now: ${statusOf(found)}`;
}

function statusOf({ status, status_reason: reason }: Cluster): string {
  const state = status === 'maintenance' ? 'in maintenance' : status;
  return reason === '' ? state : `${state}, ${reason}`;
}

/** A value that is not among the choices stays: it may be gone, or the choices could not be read. */
function withChosen(options: Option[], chosen: string, unnamed: string): Option[] {
  if (options.some(({ value }) => value === chosen)) return options;
  return [{ value: chosen, label: chosen === '' ? unnamed : chosen }, ...options];
}
