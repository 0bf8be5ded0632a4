/** Templates on the wire: names, defaults and rules of rest-and-data.md §2.6 and §3.4. */
import type { EnvVar } from '../../domain/job';
import type { Template, TemplateDraft } from '../../domain/template';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { envSchema, foldBody, present, resourceProperties, unmask } from './definition';
import { launchFromWire, type Launch } from './run';

const defaultMemoryMb = 512;
const defaultCpu = 256;

type JsonObject = Record<string, unknown>;

const templateSchema = {
  type: 'object',
  properties: {
    template_name: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[^/]*$',
      description: 'template_name must have 255 characters or less and no /',
    },
    schema: { type: 'object', minProperties: 1 },
    command_template: { type: 'string', minLength: 1 },
    image: { type: 'string', minLength: 1, maxLength: 512 },
    defaults: { type: 'object' },
    avatar_uri: { type: 'string' },
    ...resourceProperties,
    env: envSchema,
    privileged: { type: 'boolean' },
    adaptive_resource_allocation: { type: 'boolean' },
  },
  required: ['template_name', 'schema', 'command_template', 'image'],
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

const checkTemplate = checker<WireTemplate>(templateSchema);

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

const launchSchema = {
  type: 'object',
  properties: {
    owner_id: { type: 'string', maxLength: 255 },
    cluster_name: { type: 'string' },
    template_payload: { type: 'object' },
    dry_run: { type: 'boolean' },
  },
} as const;

type WireLaunch = {
  owner_id?: string;
  cluster_name?: string;
  template_payload?: JsonObject;
  dry_run?: boolean;
};

const checkLaunch = checker<WireLaunch & JsonObject>(launchSchema);

/** `isDry`: the run is shown as it would be, and not accepted. */
export type TemplateLaunch = { launch: Launch; payload: JsonObject; isDry: boolean };

/** What a template's execution takes is what a definition's takes, but flat; the original's UI says `cluster` here, too. */
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
  const launch = launchFromWire({ ...rest, ...named, run_tags: { owner_id: owner } });
  return { launch, payload: payload ?? {}, isDry: isDry ?? false };
}
