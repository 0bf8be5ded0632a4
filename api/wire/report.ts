/** What a caller says of a run's end (rest-and-data.md §2.4). */
import { phases, type Phase } from '../../domain/lifecycle';
import type { Reported } from '../../domain/outcome';
import { reasonOf } from '../../domain/report';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { foldBody } from './definition';

const maxExceptions = 100;
const maxTextLength = 16_384;

const reportSchema = {
  type: 'object',
  properties: {
    status: { type: 'string' },
    exit_code: { type: 'integer', minimum: -2147483648, maximum: 2147483647 },
    run_exceptions: {
      type: 'array',
      items: { type: 'string', maxLength: maxTextLength },
      maxItems: maxExceptions,
      description: 'What the job threw; without an exit_reason, the reason is derived from them',
    },
    exit_reason: { type: 'string', maxLength: maxTextLength },
  },
} as const;

/** The status is checked by hand, for the sake of the original's sentence. */
export const reportBody = {
  ...reportSchema,
  properties: {
    ...reportSchema.properties,
    status: { enum: phases, description: 'STOPPED ends the run; others change nothing', examples: ['STOPPED'] },
  },
  required: ['status'],
};

const check = checker<{ status?: string; exit_code?: number; run_exceptions?: string[]; exit_reason?: string }>(
  reportSchema,
);

export type StatusReport = { status: Phase; exceptions: string[]; as: Reported };

export function reportFromWire(body: unknown): StatusReport {
  const wire = check(foldBody(body));
  const status = phases.find((phase) => phase === wire.status);
  if (status === undefined)
    throw new RequestError(
      400,
      `status ${wire.status ?? ''} is invalid, must be one of [${phases.join(', ')}]`,
      'status',
    );
  const exceptions = wire.run_exceptions ?? [];
  const code = wire.exit_code ?? null;
  const given = wire.exit_reason ?? '';
  const derived = code === 0 && exceptions.length === 0 ? 'Reported as ended with code 0' : reasonOf(exceptions);
  return { status, exceptions, as: { kind: 'reported', code, reason: given === '' ? derived : given } };
}
