/** A definition as a form has it, all of it texts, and what of that goes to the API. */
import type { Schemas } from '../api/client';
import { envOf, lostFaults, rowsOf, type EnvRow } from '../form/env';
import { differs, fieldsOf, numberOf, textOf } from '../form/fields';
import type { Resources } from '../form/resources';
import type { Fault } from '../form/rules';

type Definition = Schemas['Definition'];

export type DefinitionForm = Resources & {
  alias: string;
  group_name: string;
  user: string;
  tags: string[];
  image: string;
  command: string;
  env: EnvRow[];
  adaptive_resource_allocation: boolean;
  shared_memory_size: string;
  ports: string[];
  target_cluster: string;
  privileged: boolean;
  retry_on_interruption: boolean;
  retry_on_oom: boolean;
};
export type FieldName = keyof DefinitionForm;

/** In the order of the page: the first that is wrong gets the focus. */
export const labels: Record<FieldName, string> = {
  alias: 'Alias',
  group_name: 'Group',
  user: 'Owner',
  tags: 'Tags',
  image: 'Image',
  command: 'Command',
  env: 'Environment',
  cpu: 'CPU',
  memory: 'Memory',
  gpu: 'GPUs',
  ephemeral_storage: 'Disk',
  adaptive_resource_allocation: 'Adaptive memory',
  ports: 'Ports',
  shared_memory_size: 'Shared memory',
  target_cluster: 'Cluster',
  privileged: 'Privileged',
  retry_on_interruption: 'Retry after an interruption',
  retry_on_oom: 'Retry when out of memory',
};
const names = Object.keys(labels) as FieldName[];
export const { inOrder, isShown, labelOf } = fieldsOf(labels);

/** The original's defaults. */
export function emptyForm(owner: string): DefinitionForm {
  return {
    alias: '',
    group_name: '',
    user: owner,
    tags: [],
    image: '',
    command: '',
    env: [],
    cpu: '512',
    memory: '1024',
    gpu: '',
    ephemeral_storage: '',
    adaptive_resource_allocation: true,
    shared_memory_size: '',
    ports: [],
    target_cluster: '',
    privileged: false,
    retry_on_interruption: false,
    retry_on_oom: false,
  };
}

function formOf(of: Definition, env: EnvRow[]): DefinitionForm {
  return {
    alias: of.alias,
    group_name: of.group_name,
    user: of.user ?? '',
    tags: of.tags,
    image: of.image,
    command: of.command,
    env,
    cpu: textOf(of.cpu),
    memory: textOf(of.memory),
    gpu: textOf(of.gpu),
    ephemeral_storage: textOf(of.ephemeral_storage),
    adaptive_resource_allocation: of.adaptive_resource_allocation,
    shared_memory_size: textOf(of.shared_memory_size),
    ports: of.ports.map(String),
    target_cluster: of.target_cluster ?? '',
    privileged: of.privileged,
    retry_on_interruption: of.retry_on_interruption,
    retry_on_oom: of.retry_on_oom,
  };
}

/** Values that the API masks stay what they are. */
export function formToChange(of: Definition): DefinitionForm {
  return formOf(of, rowsOf(of.env, 'kept'));
}

/** A new one like this: the alias is to be another, and masked values cannot be copied. */
export function formToCopy(of: Definition): DefinitionForm {
  return { ...formOf(of, rowsOf(of.env, 'lost')), alias: `${of.alias}-copy` };
}

const numbers = new Set<FieldName>(['cpu', 'memory', 'gpu', 'ephemeral_storage', 'shared_memory_size']);

function valueOf(form: DefinitionForm, name: FieldName): unknown {
  if (name === 'env') return envOf(form.env);
  if (name === 'ports') return form.ports.map(numberOf);
  const value = form[name];
  return typeof value === 'string' && value !== '' && numbers.has(name) ? numberOf(value) : value;
}

/** All of it; what is empty is left out. */
export function bodyOf(form: DefinitionForm): Record<string, unknown> {
  const entries = names.map((name) => [name, valueOf(form, name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

export function changedFields(form: DefinitionForm, before: DefinitionForm): FieldName[] {
  return names.filter((name) => differs(valueOf(form, name), valueOf(before, name)));
}

/** What differs from the form as it was opened: whoever changes other fields meanwhile keeps their changes. */
export function changesOf(form: DefinitionForm, before: DefinitionForm): Record<string, unknown> {
  const changed = changedFields(form, before);
  return Object.fromEntries(changed.map((name) => [name, name === 'gpu' && form.gpu === '' ? 0 : valueOf(form, name)]));
}

/** The API takes an empty value for one that stays: what was set can be changed, and not taken away. */
const staying = ['cpu', 'ephemeral_storage', 'shared_memory_size', 'target_cluster', 'user'] as const;

/** What no rule of the API's document tells. `before`: as it was opened, where it is to be changed. */
export function ownFaults(form: DefinitionForm, before: DefinitionForm | null): Fault[] {
  const emptied = staying.filter((name) => form[name] === '' && before !== null && before[name] !== '');
  return [
    ...lostFaults(form.env),
    ...emptied.map((field) => ({ field, message: `Can be changed, not removed; was ${before?.[field] ?? ''}` })),
  ];
}
