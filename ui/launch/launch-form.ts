/** A launch as a form has it, all of it texts, and what of that goes to the API. */
import { written, type EnvRow } from '../form/env';
import { differs, fieldsOf, numberOf } from '../form/fields';
import type { Resources } from '../form/resources';
import { without, type Fault } from '../form/rules';

export type LabelRow = { id: string; name: string; value: string };

/** `env`: what the run is given beside the definition's variables, and instead of some of them. */
export type LaunchForm = Resources & {
  owner: string;
  engine: string;
  /** Empty: any that takes runs. */
  cluster: string;
  node_lifecycle: string;
  command: string;
  env: EnvRow[];
  active_deadline_seconds: string;
  description: string;
  labels: LabelRow[];
};
export type FieldName = keyof LaunchForm;

/** What a form is measured by. `base`: as the definition says it. `origin`: what the API takes for whatever the body leaves out. */
export type Measures = { base: LaunchForm; origin: LaunchForm };

/** In the order of the page: the first that is wrong gets the focus. */
export const labels: Record<FieldName, string> = {
  owner: 'Owner',
  engine: 'Engine',
  cluster: 'Cluster',
  node_lifecycle: 'Machines',
  command: 'Command',
  env: 'Environment',
  cpu: 'CPU',
  memory: 'Memory',
  gpu: 'GPUs',
  ephemeral_storage: 'Disk',
  active_deadline_seconds: 'Deadline',
  description: 'Description',
  labels: 'Labels',
};
const names = Object.keys(labels) as FieldName[];

let made = 0;

export function newLabel(name = '', value = ''): LabelRow {
  made += 1;
  return { id: `label-${made}`, name, value };
}

const numbers = new Set<FieldName>(['cpu', 'memory', 'gpu', 'ephemeral_storage', 'active_deadline_seconds']);
/** Emptied, they are what the definition says. */
const falling = new Set<FieldName>([...numbers, 'command']);

/** A kept value is left out: the API copies it. */
function envBody(rows: readonly EnvRow[]): { name: string; value?: string }[] {
  return written(rows).map(({ name, value, held }) => (held === 'kept' ? { name } : { name, value }));
}

function labelsBody(rows: readonly LabelRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]));
}

function valueOf(form: LaunchForm, name: FieldName, base: LaunchForm): unknown {
  if (name === 'env') return envBody(form.env);
  if (name === 'labels') return labelsBody(form.labels);
  if (name === 'owner') return form.owner.trim();
  const text = form[name] === '' && falling.has(name) ? base[name] : form[name];
  return numbers.has(name) && text !== '' ? numberOf(text) : text;
}

/** Whether it is another value than the definition's. */
export function isChanged(form: LaunchForm, base: LaunchForm, name: FieldName): boolean {
  return differs(valueOf(form, name, base), valueOf(base, name, base));
}

/** What the body says beside who asks: only what the API would take otherwise. */
export function changesOf(form: LaunchForm, { base, origin }: Measures): Record<string, unknown> {
  const asked = names.filter((name) => {
    if (name === 'owner') return false;
    // With another engine, the API forgets the cluster of before.
    if (name === 'cluster' && form.engine !== origin.engine) return form.cluster !== '';
    return differs(valueOf(form, name, base), valueOf(origin, name, base));
  });
  return Object.fromEntries(
    asked.map((name) => {
      const value = valueOf(form, name, base);
      return [name, name === 'gpu' && value === '' ? 0 : value];
    }),
  );
}

/** The API takes nothing for one that stays: a run's own value goes only where the definition has another. */
const staying = ['cpu', 'ephemeral_storage'] as const;

/** What no rule of the API's document tells. */
export function ownFaults(form: LaunchForm, { base, origin }: Measures, ownerField: string): Fault[] {
  const emptied = staying.filter((name) => form[name] === '' && base[name] === '' && origin[name] !== '');
  const named = form.labels.map(({ name }) => name).filter((name) => name !== '');
  const twice = named.find((name, n) => named.indexOf(name) !== n);
  const isNameless = form.labels.some(({ name, value }) => name === '' && value !== '');
  return [
    ...(form.owner.trim() === '' ? [{ field: ownerField, message: 'Say who runs it' }] : []),
    ...emptied.map((field) => ({ field, message: `Can be changed, not removed; was ${origin[field]}` })),
    ...(isNameless ? [{ field: 'labels', message: 'A value without a name' }] : []),
    ...(twice === undefined ? [] : [{ field: 'labels', message: `${twice} is there twice` }]),
  ];
}

/** What the rules find, but for values that are kept: they are left out on purpose. */
export function withoutKept(faults: readonly Fault[], env: readonly EnvRow[]): Fault[] {
  const kept = written(env).flatMap(({ held }, n) => (held === 'kept' ? [`env.${n}.value`] : []));
  return without(faults, kept);
}

function changedFields(form: LaunchForm, before: LaunchForm): FieldName[] {
  return names.filter((name) => differs(valueOf(form, name, before), valueOf(before, name, before)));
}

/** Whether the user has changed anything since it was opened with `first`. */
export function isTouched(form: LaunchForm, first: LaunchForm): boolean {
  return changedFields(form, first).length > 0;
}

/** A form that goes on from other first values: what the user has changed stays. */
export function carried(form: LaunchForm, before: LaunchForm, after: LaunchForm): LaunchForm {
  const kept = changedFields(form, before);
  return { ...after, ...Object.fromEntries(kept.map((name) => [name, form[name]])) };
}

/** Where a field of the API is in the form. */
const topOf = (field: string): string => {
  const [first = ''] = field.split('.');
  return first === 'run_tags' || first === 'owner_id' ? 'owner' : first === 'cluster_name' ? 'cluster' : first;
};

// What a template is filled with comes first on its page.
export const { inOrder, isShown, labelOf } = fieldsOf({ template_payload: 'Payload', ...labels }, topOf);
