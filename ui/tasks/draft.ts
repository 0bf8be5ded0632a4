/** A change of a definition that somebody else changes meanwhile: it goes on from the newest, and what its user changed stays. */
import type { Schemas } from '../api/client';
import { envOf, written, type EnvRow } from '../form/env';
import type { Fault } from '../form/rules';
import { changedFields, formToChange, type DefinitionForm, type FieldName } from './definition-form';

export type Draft = {
  form: DefinitionForm;
  /** What the form is measured by: the definition as it was in `revision`. */
  before: DefinitionForm;
  revision: number;
  /** What it was opened with. */
  openedAt: number;
  /** What others have made of fields that the user has changed, too: until it is said which it shall be. */
  disputed: Partial<DefinitionForm>;
};

export function draftOf(form: DefinitionForm, revision = 0): Draft {
  return { form, before: form, revision, openedAt: revision, disputed: {} };
}

/** The same draft where it is of that revision already. */
export function caughtUp(draft: Draft, definition: Schemas['Definition']): Draft {
  const { revision = 0 } = definition;
  if (revision <= draft.revision) return draft;
  const { form, before } = draft;
  const now = formToChange(definition);
  const theirs = changedFields(now, before);
  const mine = changedFields(form, before);
  const both = mine.filter((name) => theirs.includes(name) && !(name in draft.disputed));
  const env = both.includes('env') ? mergedEnv(before.env, form.env, now.env) : null;
  const next = { ...form, ...pick(now, without(theirs, mine)), ...(env === null ? {} : { env }) };
  const torn = [...Object.keys(draft.disputed), ...both.filter((name) => name !== 'env' || env === null)];
  const disputed = changedFields(next, now).filter((name) => torn.includes(name));
  return { ...draft, form: next, before: now, revision, disputed: pick(now, disputed) };
}

/** `isMine`: which of the two it shall be. */
export function decided(draft: Draft, name: FieldName, isMine: boolean): Draft {
  const { [name]: theirs, ...disputed } = draft.disputed;
  return { ...draft, disputed, form: isMine || theirs === undefined ? draft.form : { ...draft.form, [name]: theirs } };
}

export function disputes({ disputed }: Draft): Fault[] {
  return Object.keys(disputed).map((field) => ({ field, message: 'Somebody else has changed it, too: choose above' }));
}

/** Their variables with what was changed here; null where both changed the same one, or a name says nothing because it is there twice. */
function mergedEnv(before: readonly EnvRow[], mine: readonly EnvRow[], theirs: readonly EnvRow[]): EnvRow[] | null {
  const [was, here, there] = [valuesOf(before), valuesOf(mine), valuesOf(theirs)];
  if (was === null || here === null || there === null) return null;
  const isMine = (name: string): boolean => here.get(name) !== was.get(name);
  const names = [...new Set([...here.keys(), ...there.keys()])];
  const isTorn = (name: string): boolean =>
    isMine(name) && there.get(name) !== was.get(name) && here.get(name) !== there.get(name);
  if (names.some(isTorn)) return null;
  const kept = theirs.flatMap((row) => (isMine(row.name) ? mine.filter(({ name }) => name === row.name) : [row]));
  return [...kept, ...mine.filter(({ name }) => isMine(name) && !there.has(name))];
}

function valuesOf(rows: readonly EnvRow[]): Map<string, string> | null {
  const values = new Map(envOf(rows).map(({ name, value }) => [name, value]));
  return values.size === written(rows).length ? values : null;
}

function pick(form: DefinitionForm, names: readonly FieldName[]): Partial<DefinitionForm> {
  return Object.fromEntries(names.map((name) => [name, form[name]]));
}

function without(names: readonly FieldName[], others: readonly FieldName[]): FieldName[] {
  return names.filter((name) => !others.includes(name));
}
