/** How a function of templates is declared: the types of its parameters, as Go would check them, and what it does. */
import { isDict, isOpaque, TemplateError, typeOf, type Dict, type Opaque, type Value } from '../value';

type Kinds = {
  any: Value;
  string: string;
  bool: boolean;
  /** An int, as JavaScript counts. */
  int: number;
  list: Value[];
  dict: Dict;
  time: Opaque & { ms: number };
};
type Kind = keyof Kinds;
type Arguments<P extends readonly Kind[]> = { [N in keyof P]: Kinds[P[N]] };

export type TemplateFunction = {
  params: readonly Kind[];
  rest: Kind | null;
  run: (...args: never[]) => Value;
};

export type Functions = Record<string, TemplateFunction>;

export function define<const P extends readonly Kind[]>(
  params: P,
  run: (...args: Arguments<P>) => Value,
): TemplateFunction {
  return { params, rest: null, run: run as unknown as TemplateFunction['run'] };
}

export function variadic<const P extends readonly Kind[], R extends Kind>(
  params: P,
  rest: R,
  run: (...args: [...Arguments<P>, ...Kinds[R][]]) => Value,
): TemplateFunction {
  return { params, rest, run: run as unknown as TemplateFunction['run'] };
}

/** Throws TemplateError for a wrong number or type of arguments, and for what the function itself refuses. */
export function call({ params, rest, run }: TemplateFunction, args: Value[]): Value {
  if (rest === null ? args.length !== params.length : args.length < params.length) {
    const wanted = rest === null ? String(params.length) : `at least ${params.length}`;
    throw new TemplateError(`wrong number of args: want ${wanted} got ${args.length}`);
  }
  const checked = args.map((arg, n) => coerce(arg, params[n] ?? rest ?? 'any'));
  return run(...(checked as never[]));
}

function coerce(value: Value, kind: Kind): Kinds[Kind] {
  switch (kind) {
    case 'any':
      return value;
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'bool':
      if (typeof value === 'boolean') return value;
      break;
    case 'int':
      if (typeof value === 'bigint') return Number(value);
      break;
    case 'list':
      if (Array.isArray(value)) return value;
      break;
    case 'dict':
      if (value === null) return new Map();
      if (isDict(value)) return value;
      break;
    case 'time':
      if (isOpaque(value) && value.ms !== undefined) return value;
      break;
  }
  const hint =
    kind === 'int' && typeof value === 'number' ? ': numbers of the payload are float64, int makes ints of them' : '';
  throw new TemplateError(`wrong type for value; expected ${kind}; got ${typeOf(value)}${hint}`);
}
