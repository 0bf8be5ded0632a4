/** AWS's own description of a service, as botocore ships it, to check requests and answers against. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { structureOf } from './query';

/** The names are those of the query protocols. */
export type Reference = { shape: string; locationName?: string; queryName?: string };

export type Shape = {
  type: string;
  members?: Record<string, Reference>;
  member?: Reference;
  value?: Reference;
  required?: string[];
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
};

type Description = {
  metadata: { protocol: string };
  shapes: Record<string, Shape>;
  operations: Record<string, { input?: Reference; output?: Reference }>;
};

export type ServiceModel = {
  /** What is wrong with it, a sentence each. */
  request: (operation: string, value: unknown) => string[];
  answer: (operation: string, value: unknown) => string[];
  /** Of a query protocol: the request as its form is encoded. */
  form: (text: string) => string[];
};

/** `folder` is botocore's of all services. */
export async function readModel(folder: string, service: string): Promise<ServiceModel> {
  const versions = await readdir(join(folder, service));
  const file = join(folder, service, versions.sort().at(-1) ?? '', 'service-2.json.gz');
  const text = await promisify(gunzip)(await readFile(file));
  const { shapes, operations, metadata } = JSON.parse(text.toString()) as Description;
  // AWS answers with empty lists where its own model wants one element at least.
  const lenient = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, shape.type === 'list' ? { ...shape, min: 0 } : shape]),
  );
  const request = (name: string, read: (input: Reference) => unknown): string[] => {
    const operation = operations[name];
    if (operation === undefined) return [`no such operation ${name}`];
    return operation.input === undefined ? [] : check(shapes, operation.input, read(operation.input), name);
  };
  return {
    request: (name, value) => request(name, () => value),
    form(text) {
      const form = new URLSearchParams(text);
      const isEc2 = metadata.protocol === 'ec2';
      return request(form.get('Action') ?? 'none', (input) => structureOf(form, { shapes, input, isEc2 }));
    },
    answer(name, value) {
      const output = operations[name]?.output;
      return output === undefined ? [] : check(lenient, output, value, name);
    },
  };
}

function check(shapes: Record<string, Shape>, { shape: name }: Reference, value: unknown, path: string): string[] {
  const shape = shapes[name];
  if (shape === undefined) return [`${path}: no shape ${name}`];
  const within = (amount: number, what: string): string[] => {
    const { min = -Infinity, max = Infinity } = shape;
    return amount < min || amount > max ? [`${path}: ${what} ${amount} outside ${min}..${max}`] : [];
  };
  const wrong = (kind: string): string[] => [`${path}: not ${kind}: ${JSON.stringify(value)}`];
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? checkStructure(shapes, shape, value, path) : wrong('a structure');
    case 'list': {
      const { member } = shape;
      if (!Array.isArray(value)) return wrong('a list');
      const inside = value.flatMap((one: unknown, at) =>
        member === undefined ? [] : check(shapes, member, one, `${path}[${at}]`),
      );
      return [...within(value.length, 'length'), ...inside];
    }
    case 'map': {
      const { value: kind } = shape;
      if (!isObject(value)) return wrong('a map');
      return Object.entries(value).flatMap(([key, one]) =>
        kind === undefined ? [] : check(shapes, kind, one, `${path}.${key}`),
      );
    }
    case 'string':
      if (typeof value !== 'string') return wrong('a string');
      return [...checkText(shape, value, path), ...within([...value].length, 'length')];
    case 'integer':
    case 'long':
      return Number.isInteger(value) ? within(value as number, 'value') : wrong('an integer');
    case 'float':
    case 'double':
    case 'timestamp':
      return typeof value === 'number' ? within(value, 'value') : wrong('a number');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('a boolean');
    default:
      return [];
  }
}

function checkStructure(
  shapes: Record<string, Shape>,
  { members = {}, required = [] }: Shape,
  value: Record<string, unknown>,
  path: string,
): string[] {
  const isGiven = (one: unknown): boolean => one !== undefined && one !== null;
  const missing = required.filter((name) => !isGiven(value[name])).map((name) => `${path}: ${name} is required`);
  const inside = Object.entries(value).flatMap(([name, one]) => {
    if (!isGiven(one)) return [];
    const member = members[name];
    return member === undefined ? [`${path}: unknown member ${name}`] : check(shapes, member, one, `${path}.${name}`);
  });
  return [...missing, ...inside];
}

function checkText(shape: Shape, value: string, path: string): string[] {
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return [`${path}: ${JSON.stringify(value)} not in enum ${shape.enum.join('|')}`];
  }
  if (shape.pattern === undefined || matches(shape.pattern, value)) return [];
  return [`${path}: ${JSON.stringify(value)} does not match ${shape.pattern}`];
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'su').test(value);
  } catch {
    // A pattern that only Java knows.
    return true;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
