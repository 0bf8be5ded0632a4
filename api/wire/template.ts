/** Templates on the wire: names, defaults and rules of rest-and-data.md §2.6 and §3.4. */
import type { EnvVar } from '../../domain/job';
import type { Template, TemplateDraft } from '../../domain/template';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { anyObject, shape } from './answer';
import { definitionBody, envAnswer, envSchema, foldBody, present, resourceProperties, unmask } from './definition';
import { envLike, fromRun, launchProperties } from './run';

const defaultMemoryMb = 512;
const defaultCpu = 256;

type JsonObject = Record<string, unknown>;

export const templateBody = {
  type: 'object',
  properties: {
    template_name: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[^/]*$',
      description: 'template_name must have 255 characters or less and no /',
    },
    schema: { ...anyObject, minProperties: 1, description: 'The JSON Schema of payloads' },
    command_template: {
      type: 'string',
      minLength: 1,
      description: 'A template of Go (text/template with sprig), rendered from a payload',
      examples: ['echo {{.name}}'],
    },
    image: { type: 'string', minLength: 1, maxLength: 512 },
    defaults: { ...anyObject, description: 'What a payload has where it does not say' },
    avatar_uri: { type: 'string' },
    ...resourceProperties,
    env: envSchema,
    privileged: { type: 'boolean' },
    adaptive_resource_allocation: { type: 'boolean' },
  },
  required: ['template_name', 'schema', 'command_template', 'image'],
  examples: [
    {
      ...{ template_name: 'greeting', image: 'ubuntu:latest', command_template: 'echo hello {{.who}}' },
      schema: { type: 'object', properties: { who: { type: 'string', pattern: '^[A-Za-z ]*$' } }, required: ['who'] },
    },
  ],
} as const;

type WireTemplate = {
  template_name: string;
  schema: JsonObject;
  command_template: string;
  image: string;
  defaults?: JsonObject;
  avatar_uri?: string;
  memory?: number;
  cpu?: number;
  gpu?: number;
  ephemeral_storage?: number;
  env?: EnvVar[];
  privileged?: boolean;
  adaptive_resource_allocation?: boolean;
};

const checkTemplate = checker<WireTemplate>(templateBody);

export function templateFromWire(body: unknown): TemplateDraft {
  const wire = checkTemplate(foldBody(body));
  return {
    name: wire.template_name,
    schema: wire.schema,
    commandTemplate: wire.command_template,
    defaults: wire.defaults ?? {},
    avatarUri: wire.avatar_uri ?? '',
    image: wire.image,
    memoryMb: wire.memory ?? defaultMemoryMb,
    cpu: wire.cpu ?? defaultCpu,
    gpu: wire.gpu ?? null,
    env: unmask(wire.env ?? [], []),
    privileged: wire.privileged ?? false,
    adaptiveResourceAllocation: wire.adaptive_resource_allocation ?? true,
    ephemeralStorageMb: wire.ephemeral_storage ?? null,
  };
}

export function templateToWire(of: Template): JsonObject {
  return {
    template_id: of.templateId,
    template_name: of.name,
    version: of.version,
    schema: of.schema,
    command_template: of.commandTemplate,
    defaults: of.defaults,
    avatar_uri: of.avatarUri,
    image: of.image,
    memory: of.memoryMb,
    ...present('gpu', of.gpu),
    ...present('cpu', of.cpu),
    ...present('ephemeral_storage', of.ephemeralStorageMb),
    env: of.env,
    privileged: of.privileged,
    adaptive_resource_allocation: of.adaptiveResourceAllocation,
    container_name: of.templateId,
  };
}

const { properties } = templateBody;
export const templateAnswer = shape(
  {
    template_id: {
      type: 'string',
      description: 'Of this version',
      examples: ['tpl-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b5d'],
    },
    template_name: { type: 'string' },
    version: { type: 'integer', minimum: 1, description: 'Counted by name' },
    schema: { ...anyObject, description: properties.schema.description },
    command_template: properties.command_template,
    defaults: { ...anyObject, description: properties.defaults.description },
    avatar_uri: properties.avatar_uri,
    image: properties.image,
    memory: properties.memory,
    env: envAnswer,
    privileged: properties.privileged,
    adaptive_resource_allocation: definitionBody.properties.adaptive_resource_allocation,
    container_name: { type: 'string', description: 'Its template_id' },
  },
  { cpu: properties.cpu, gpu: properties.gpu, ephemeral_storage: properties.ephemeral_storage },
);

const launchSchema = {
  type: 'object',
  properties: {
    owner_id: { type: 'string', maxLength: 255, description: 'Who runs it' },
    cluster_name: { type: 'string' },
    template_payload: { ...anyObject, description: 'What its command is rendered from' },
    dry_run: { type: 'boolean', description: 'Shows the run as it would be, and starts nothing' },
  },
} as const;

/** What is asked of a definition's execution, but flat. */
export const templateLaunchBody = {
  type: 'object',
  properties: {
    ...launchProperties,
    ...launchSchema.properties,
    owner_id: { ...launchSchema.properties.owner_id, minLength: 1 },
    env: envLike,
    from_run: {
      ...fromRun,
      description: 'A run of the same template, in any version: what the body leaves out is as it was there',
    },
  },
  required: ['owner_id'],
  examples: [{ owner_id: 'you', template_payload: { who: 'world' } }],
};

type WireLaunch = {
  owner_id?: string;
  cluster_name?: string;
  template_payload?: JsonObject;
  dry_run?: boolean;
};

const checkLaunch = checker<WireLaunch & JsonObject>(launchSchema);

/** `isDry`: the run is shown as it would be, and not accepted. */
export type TemplateLaunch = { asked: JsonObject; payload: JsonObject | null; isDry: boolean };

/**
 * What a template's execution takes is what a definition's takes, `asked`, but flat; the original's UI says `cluster` here, too.
 * Throws RequestError 400 where it does not say who asks.
 */
export function templateLaunchFromWire(body: unknown): TemplateLaunch {
  const {
    owner_id: owner,
    cluster_name: cluster,
    template_payload: payload,
    dry_run: isDry,
    ...rest
  } = checkLaunch(foldBody(body));
  if (owner === undefined || owner === '') {
    throw new RequestError(
      400,
      'request payload must contain [owner_id]; the run_tags field is deprecated for the v7 endpoint.',
      'owner_id',
    );
  }
  const named = cluster === undefined || cluster === '' ? {} : { cluster };
  return {
    asked: { ...rest, ...named, run_tags: { owner_id: owner } },
    payload: payload ?? null,
    isDry: isDry ?? false,
  };
}
