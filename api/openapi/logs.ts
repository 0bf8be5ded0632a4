/** The operation that answers with the output of a run, by pages or whole. */
import { shape, text } from '../wire/answer';
import { json, route, type Operation, type Route } from './operation';

const line = { type: 'integer', minimum: 1 } as const;

/** Streams take them, too. */
export const logParameters = {
  attempt: {
    description: 'Of this one alone; left out: of all, one after the other',
    schema: { ...line, maximum: 999999 },
  },
  timestamps: {
    description: 'Each line begins with its time and a blank; `-` where its backend does not tell it',
    schema: { enum: ['true', 'false'], default: 'false' },
  },
  last_seen: {
    description: 'As the page before told it; the same comes back while there is nothing new',
    schema: text,
  },
} satisfies Operation['query'];

export const logOperations: readonly Route[] = [
  route('GET', '/{run_id}/logs', ['v6', 'v1'], {
    id: 'getLogs',
    tag: 'runs',
    summary: 'The output of a run',
    description: 'By pages, or whole.',
    query: {
      ...logParameters,
      raw_text: { description: 'Whole, as text', schema: { enum: ['true', 'false'], default: 'false' } },
    },
    refusals: [404],
    answer: {
      ...json(
        shape(
          {
            last_seen: { type: 'string', description: 'Where the next page begins' },
            log: text,
            attempt: { type: 'integer', minimum: 0, description: 'Whose lines these are' },
          },
          {
            first_line: { ...line, description: 'The number of the first line in its attempt' },
            next_line: { ...line, description: 'Of the line that the next page begins with, or goes on in' },
            log_state: {
              const: 'gone',
              description:
                'At its end: nothing of it is kept any more. Not told where that looks as if there never was any',
            },
            total_lines: { type: 'integer', minimum: 0, description: 'Of the attempt; told at its end only' },
          },
        ),
      ),
      'text/plain': text,
    },
    rareHeaders: { 'Content-Disposition': { description: 'Of the whole: the name of a file', schema: text } },
  }),
];
