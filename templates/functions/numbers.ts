/** Sprig's conversions and arithmetic: whole numbers of 64 bits, except where it says otherwise. */
import { show } from '../print';
import { requireItems, TemplateError, type Value } from '../value';
import { define, variadic, type Functions } from './define';

const minInt = -(2n ** 63n);

export const numbers: Functions = {
  atoi: define(['string'], (text) => parseInteger(text, 10)),
  int: define(['any'], toInt),
  int64: define(['any'], toInt),
  float64: define(['any'], toFloat),
  toDecimal: define(['any'], (value) => parseInteger(show(value), 8)),
  add: variadic([], 'any', (...values) => values.reduce<bigint>((sum, value) => wrap(sum + toInt(value)), 0n)),
  add1: define(['any'], (value) => wrap(toInt(value) + 1n)),
  sub: define(['any', 'any'], (a, b) => wrap(toInt(a) - toInt(b))),
  mul: variadic(['any'], 'any', (first, ...others) =>
    others.reduce<bigint>((product, value) => wrap(product * toInt(value)), toInt(first)),
  ),
  div: define(['any', 'any'], (a, b) => wrap(toInt(a) / divisor(b))),
  mod: define(['any', 'any'], (a, b) => toInt(a) % divisor(b)),
  max: variadic(['any'], 'any', largest),
  biggest: variadic(['any'], 'any', largest),
  min: variadic(['any'], 'any', (first, ...others) =>
    others.map(toInt).reduce((least, value) => (value < least ? value : least), toInt(first)),
  ),
  floor: define(['any'], (value) => Math.floor(toFloat(value))),
  ceil: define(['any'], (value) => Math.ceil(toFloat(value))),
  round: variadic(['any', 'int'], 'any', (value, places, ...[roundOn]) =>
    round(toFloat(value), places, roundOn === undefined ? 0.5 : toFloat(roundOn)),
  ),
  until: define(['int'], (count) => steps(0, count, count < 0 ? -1 : 1)),
  untilStep: define(['int', 'int', 'int'], steps),
};

/** Of what is no number, 0. */
export function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') return parseInteger(value, 10);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value !== 'number') return 0n;
  // What Go makes of a number that is too large depends on the machine: on amd64 it is the least int.
  return Number.isFinite(value) && Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : minInt;
}

function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  const isNumber = typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value);
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : 0;
}

function parseInteger(text: string, radix: 8 | 10): bigint {
  const [, sign, digits] = (radix === 8 ? /^([+-]?)([0-7]+)$/ : /^([+-]?)(\d+)$/).exec(text) ?? [];
  if (digits === undefined) return 0n;
  const value = BigInt(radix === 8 ? `0o${digits}` : digits) * (sign === '-' ? -1n : 1n);
  return wrap(value) === value ? value : 0n;
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function divisor(value: Value): bigint {
  const by = toInt(value);
  if (by === 0n) throw new TemplateError('integer divide by zero');
  return by;
}

function largest(first: Value, ...others: Value[]): bigint {
  return others.map(toInt).reduce((most, value) => (value > most ? value : most), toInt(first));
}

/** As sprig does it: the fraction is compared with its sign. */
function round(value: number, places: number, roundOn: number): number {
  const power = 10 ** places;
  const scaled = power * value;
  const fraction = scaled - Math.trunc(scaled);
  return (fraction >= roundOn ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

function steps(start: number, stop: number, step: number): bigint[] {
  const isDown = stop < start;
  if (isDown ? step >= 0 : step <= 0) return [];
  const count = Math.ceil((stop - start) / step);
  requireItems(count);
  return Array.from({ length: count }, (_, n) => BigInt(start + n * step));
}
