/** Reads the configuration: defaults, then a folder's config.yml, then the environment; checked as a whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ErrorObject } from 'ajv';
import { parse, YAMLParseError } from 'yaml';
import { schema, superseded, type Config } from './schema';

/** Settings whose values are never shown. */
const secrets = new Set(['database_url', 'temporal.api_key', 'eks.clusters']);

type Tree = Record<string, unknown>;

/** What is wrong with the configuration, in one line: key, source, what is allowed. */
export class ConfigError extends Error {}

export type Loaded = { config: Config; warnings: string[] };

/** `folder`: where a config.yml with the keys that differ may be found. Throws ConfigError. */
export function loadConfig(environment: NodeJS.ProcessEnv, folder: string | null): Loaded {
  const sources = new Map<string, string>();
  const warnings: string[] = [];
  const config: Tree = {};
  merge(config, flatten(readYaml(join(__dirname, 'config.yml'))), 'conf/config.yml', sources, warnings);
  if (folder !== null) {
    const file = join(folder, 'config.yml');
    merge(config, flatten(readYaml(file)), file, sources, warnings);
  }
  fromEnvironment(config, environment, sources, warnings);
  const validate = new Ajv({ allErrors: false, strict: false, verbose: true }).compile<Config>(schema);
  if (!validate(config)) throw new ConfigError(explain(validate.errors?.[0], config, sources));
  for (const engine of ['eks', 'ecs'] as const) {
    const hasNone = Object.keys(config[engine].clusters).length === 0;
    if (config.engines.includes(engine) && hasNone) {
      throw new ConfigError(`${engine}.clusters must name a cluster where engines has ${engine}`);
    }
  }
  return { config, warnings };
}

function readYaml(file: string): Tree {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`${file} cannot be read`);
  }
  let tree: unknown;
  try {
    tree = parse(text) ?? {};
  } catch (error) {
    // Not the parser's words: they repeat what stands there, and that may be a secret.
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw new ConfigError(`${file} is not YAML${line === undefined ? '' : `, line ${line}`}`);
  }
  if (!isTree(tree)) throw new ConfigError(`${file} must be a map of settings`);
  return tree;
}

/** `{http: {server: {a: 1}}}` as `[['http.server.a', 1]]`; lists are values. */
function flatten(tree: Tree, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    isTree(value) && Object.keys(value).length > 0 ? flatten(value, `${prefix}${key}.`) : [[prefix + key, value]],
  );
}

function merge(
  config: Tree,
  values: [string, unknown][],
  source: string,
  sources: Map<string, string>,
  warnings: string[],
): void {
  for (const [key, value] of values) {
    if (key.split('.').includes('__proto__')) throw new ConfigError(`${key} (${source}) is not a setting`);
    const replacement = supersededBy(key);
    if (replacement !== null) {
      warnings.push(`${key} (${source}) has no effect any more: ${replacement}`);
      continue;
    }
    set(config, key.split('.'), value);
    sources.set(key, source);
  }
}

/** A variable that overrides a list holds its items separated by blanks or commas. */
function fromEnvironment(
  config: Tree,
  environment: NodeJS.ProcessEnv,
  sources: Map<string, string>,
  warnings: string[],
): void {
  for (const [key, type] of leaves(schema)) {
    const name = variableOf(key);
    const text = environment[name];
    if (text === undefined) continue;
    set(config, key.split('.'), valueOf(text, type));
    sources.set(key, `environment variable ${name}`);
  }
  for (const key of Object.keys(superseded).filter((pattern) => !pattern.includes('*'))) {
    const name = variableOf(key);
    if (environment[name] !== undefined) warnings.push(`${name} has no effect any more: ${superseded[key] ?? ''}`);
  }
}

function valueOf(text: string, type: unknown): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  // Names alone, or all of the map as JSON.
  if (type === 'object' && !text.trim().startsWith('{')) {
    return Object.fromEntries(itemsOf(text).map((name) => [name, '']));
  }
  if (type === 'object') return parsedOr(text);
  if (type === 'array') return itemsOf(text);
  return text;
}

function itemsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '');
}

/** What is no JSON stays text, which the schema refuses. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Keys of the schema with their JSON type. */
function leaves(node: Tree, prefix = ''): [string, unknown][] {
  const properties = node['properties'];
  if (!isTree(properties)) return [[prefix.slice(0, -1), node['type']]];
  return Object.entries(properties).flatMap(([key, child]) => leaves(child as Tree, `${prefix}${key}.`));
}

function set(tree: Tree, [head, ...rest]: string[], value: unknown): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  if (!isTree(tree[head])) tree[head] = {};
  set(tree[head] as Tree, rest, value);
}

function supersededBy(key: string): string | null {
  for (const [pattern, replacement] of Object.entries(superseded)) {
    const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`);
    if (expression.test(key)) return replacement;
  }
  return null;
}

function explain(error: ErrorObject | undefined, config: Tree, sources: Map<string, string>): string {
  if (error === undefined) return 'the configuration is invalid';
  const key = error.instancePath.slice(1).replaceAll('/', '.');
  const under = key === '' ? '' : `${key}.`;
  if (error.keyword === 'additionalProperties') {
    const unknown = under + String(error.params['additionalProperty']);
    const source = [...sources].find(([name]) => name === unknown || name.startsWith(`${unknown}.`))?.[1] ?? '?';
    const siblings = leaves(schema)
      .map(([name]) => name)
      .filter((name) => name.startsWith(under));
    return `${unknown} (${source}) is not a setting; there are ${siblings.join(', ')}`;
  }
  if (error.keyword === 'required') return `${under}${String(error.params['missingProperty'])} is missing`;
  const [, item] = /^(.*)\.\d+$/.exec(key) ?? ['', key];
  const source = sources.get(item) ?? sources.get(key) ?? '?';
  const allowed =
    error.keyword === 'enum'
      ? `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`
      : (inWords(error) ?? error.message);
  const value = isSecret(key) ? '' : `, is ${JSON.stringify(at(config, key))}`;
  return `${item} (${source}) ${allowed ?? 'is invalid'}${value}`;
}

/** Beside a pattern, the description is the rule in words. */
function inWords({ keyword, parentSchema }: ErrorObject): string | undefined {
  return keyword === 'pattern' ? (parentSchema as { description?: string } | undefined)?.description : undefined;
}

/** Also of a section that holds one, and of what a secret section holds: a scalar in its place may be the secret. */
function isSecret(key: string): boolean {
  return [...secrets].some((secret) => secret === key || secret.startsWith(`${key}.`) || key.startsWith(`${secret}.`));
}

function at(tree: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((node, part) => (node as Tree | undefined)?.[part], tree);
}

function variableOf(key: string): string {
  return key.toUpperCase().replaceAll('.', '_');
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
