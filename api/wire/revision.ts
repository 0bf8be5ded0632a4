/** Revisions of definitions on the wire, and how two of them differ. */
import { isDeepStrictEqual } from 'node:util';
import type { Revision } from '../../db/definition';
import type { Definition } from '../../domain/job';
import { shape, text, time } from './answer';
import { definitionAnswer, definitionToWire, present } from './definition';

/** `before`: the revision before it, which tells what it changed; null for the first one. */
export function revisionToWire(of: Revision, before: Revision | null): Record<string, unknown> {
  const changes = before === null ? [] : changesBetween(before.definition, of.definition);
  return {
    revision: of.revision,
    made_at: of.madeAt,
    ...present('made_by', of.madeBy),
    changed: changes.map(({ field }) => field),
    definition: definitionToWire(of.definition),
  };
}

/** A field that one of the two does not have is left out there. */
export type Change = { field: string; before?: unknown; after?: unknown };

export function changesBetween(before: Definition, after: Definition): Change[] {
  const [from, to] = [content(before), content(after)];
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return fields.flatMap((field) => {
    if (isDeepStrictEqual(from[field], to[field])) return [];
    const sides = { before: from[field], after: to[field] };
    return [{ field, ...Object.fromEntries(Object.entries(sides).filter(([, value]) => value !== undefined)) }];
  });
}

/** Without what is no part of it: its number, and what ECS calls it. */
function content(of: Definition): Record<string, unknown> {
  return { ...definitionToWire(of), revision: undefined, arn: undefined };
}

const revision = { type: 'integer', minimum: 1 } as const;

export const revisionAnswer = shape(
  {
    revision,
    made_at: time,
    changed: { type: 'array', items: text, description: 'Which fields differ from the revision before' },
    definition: definitionAnswer,
  },
  { made_by: text },
);

/** Of two revisions. */
export const differenceAnswer = shape({
  from: revision,
  to: revision,
  changes: {
    type: 'array',
    items: shape({ field: text }, { before: {}, after: {} }),
    description: 'A field that one of the two does not have is left out there',
  },
});
