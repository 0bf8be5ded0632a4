/** How answers are described: each schema stands beside what makes its answer, in words of JSON Schema 2020-12. */

export type JsonSchema = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, JsonSchema>>;
type Shape = { type: 'object'; properties: Fields; required: string[] };

/** An object that has all of `always`; of `sometimes` those fields are left out, never null, of which nothing is known. */
export function shape(always: Fields, sometimes: Fields = {}): Shape {
  return { type: 'object', properties: { ...always, ...sometimes }, required: Object.keys(always) };
}

export const time = { type: 'string', format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const text = { type: 'string' } as const;
/** Whatever its owner put in. */
export const anyObject = { type: 'object', additionalProperties: true } as const;

export const errorAnswer = shape(
  {
    error: {
      type: 'string',
      description: 'What to mend, a line per fault',
      examples: ['string [image] must be specified'],
    },
  },
  {
    fields: {
      type: 'array',
      items: shape({
        field: {
          type: 'string',
          description: 'Its path in the body, or the name of a parameter',
          examples: ['env.0.name'],
        },
        message: text,
      }),
      description: 'Which fields it is about, where that is known',
    },
    run_id: { type: 'string', description: 'Of a 422: the run that the key was used for' },
    revision: { type: 'integer', description: 'Of a 412: the one that the definition has' },
  },
);
