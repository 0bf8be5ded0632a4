/** What a launch form is opened with: a definition, or a run of it that the new one is like. */
import { parentVariable, reservedNames } from '../../domain/job';
import { isReserved, newRow, rowsOf, written, type EnvRow, type EnvVar } from '../form/env';
import { textOf } from '../form/fields';
import { newLabel, type LaunchForm, type Measures } from './launch-form';
import { proposalsFor, type Ended, type Proposal } from './proposal';

/** What of a definition, or of a template, a launch may change. */
export type Runnable = {
  command: string;
  env: readonly EnvVar[];
  memory: number;
  cpu?: number;
  gpu?: number;
  ephemeral_storage?: number;
  target_cluster?: string;
};

/** What of an earlier run a new one takes over. */
export type Ran = Ended & {
  user: string;
  alias: string;
  engine: string;
  cluster: string;
  command: string;
  env: readonly EnvVar[];
  cpu?: number;
  gpu?: number;
  ephemeral_storage?: number;
  active_deadline_seconds: number;
  description: string;
  labels?: Record<string, string>;
};

export type Place = { engine: string; clusters: readonly { name: string; engine: string }[]; deadlineSeconds: number };

/** `initial`: what the form shows first. */
export type Start = Measures & { initial: LaunchForm; proposals: Proposal[] };

/** The owner's variable, which installations name, is the one after it. */
const beforeOwner = reservedNames.at(-1);

/** What its caller gave a run: without what Flotilla adds to each. */
export function givenEnv({ env, user }: Pick<Ran, 'env' | 'user'>): EnvVar[] {
  return env.filter(({ name, value }, n) => {
    const isOwner = env[n - 1]?.name === beforeOwner && value === user;
    return !isReserved(name) && name !== parentVariable && !isOwner;
  });
}

/** As the definition says it. */
export function baseOf(of: Runnable, { engine, clusters, deadlineSeconds }: Place, owner: string): LaunchForm {
  const targeted = clusters.find(({ name }) => name === of.target_cluster)?.engine ?? engine;
  const own = clusters.filter((one) => one.engine === targeted);
  return {
    owner,
    engine: targeted,
    cluster: of.target_cluster ?? (own.length === 1 ? (own[0]?.name ?? '') : ''),
    node_lifecycle: 'spot',
    command: of.command,
    env: [],
    cpu: textOf(of.cpu),
    memory: String(of.memory),
    gpu: textOf(of.gpu),
    ephemeral_storage: textOf(of.ephemeral_storage),
    active_deadline_seconds: String(deadlineSeconds),
    description: '',
    labels: [],
  };
}

/** What the API takes from a run. `isAsItRan`: of the run's own revision, so that the command is the run's, too. */
function originOf(run: Ran, base: LaunchForm, isAsItRan: boolean): LaunchForm {
  return {
    owner: base.owner,
    engine: run.engine,
    cluster: run.cluster,
    node_lifecycle: run.node_lifecycle,
    command: isAsItRan ? run.command : base.command,
    env: rowsOf(givenEnv(run), 'kept'),
    cpu: textOf(run.cpu) || base.cpu,
    memory: textOf(run.memory) || base.memory,
    gpu: textOf(run.gpu) || base.gpu,
    ephemeral_storage: textOf(run.ephemeral_storage) || base.ephemeral_storage,
    active_deadline_seconds: String(run.active_deadline_seconds),
    description: run.description === run.alias ? '' : run.description,
    labels: Object.entries(run.labels ?? {}).map(([name, value]) => newLabel(name, value)),
  };
}

type Given = { of: Runnable; place: Place; owner: string; prefill: readonly EnvVar[] };

export function startOf({ of, place, owner, prefill }: Given): Start {
  const base = baseOf(of, place, owner);
  return { base, origin: base, initial: { ...base, env: withPrefill([], prefill) }, proposals: [] };
}

/** `ranCommand`: what the definition said when it ran; where the run had another command, that is its own and stays. */
export function startLike(
  run: Ran,
  { of, place, owner, prefill }: Given,
  isAsItRan: boolean,
  ranCommand: string,
): Start {
  const base = baseOf(of, place, owner);
  const origin = originOf(run, base, isAsItRan);
  const proposals = proposalsFor(run, Number(origin.memory));
  const initial: LaunchForm = {
    ...origin,
    command: run.command === ranCommand ? origin.command : run.command,
    env: withPrefill(origin.env, prefill),
  };
  for (const { field, to } of proposals) initial[field] = to;
  return { base, origin, initial, proposals };
}

/** Of `?env=NAME|VALUE`, as the original's links have it. */
export function prefillOf(texts: readonly string[]): EnvVar[] {
  return texts.flatMap((text) => {
    const at = text.indexOf('|');
    return at < 1 ? [] : [{ name: text.slice(0, at), value: text.slice(at + 1) }];
  });
}

function withPrefill(rows: EnvRow[], prefill: readonly EnvVar[]): EnvRow[] {
  const others = written(rows).filter(({ name }) => !prefill.some((one) => one.name === name));
  return [...others, ...prefill.map(({ name, value }) => newRow(name, value))];
}
