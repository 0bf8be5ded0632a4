/** Templates: definitions whose command is rendered from a payload, kept in versions under one name. */
import { isDeepStrictEqual } from 'node:util';
import type { Definition, EnvVar, Resources } from './job';

type JsonObject = Record<string, unknown>;

/** A saved template; it never changes. */
export type Template = Resources & {
  templateId: string;
  name: string;
  /** From 1, per name. */
  version: number;
  /** The JSON Schema of a payload. */
  schema: JsonObject;
  commandTemplate: string;
  /** What a payload has where it does not say. */
  defaults: JsonObject;
  avatarUri: string;
  image: string;
  env: EnvVar[];
  privileged: boolean;
  adaptiveResourceAllocation: boolean;
  ephemeralStorageMb: number | null;
};

/** What somebody asks to be saved. */
export type TemplateDraft = Omit<Template, 'templateId' | 'version'>;

/** The group of all runs of templates. */
const groupName = 'template_group_name';

/** Whether a draft says anything that the latest version does not. */
export function isSame(latest: Template, draft: TemplateDraft): boolean {
  // The order of its fields is the form's, which equality does not see.
  const isOrdered = JSON.stringify(draft.schema) === JSON.stringify(latest.schema);
  return isOrdered && isDeepStrictEqual({ ...latest, ...draft }, latest);
}

/** Defaults under the payload: objects are merged, whatever else the payload has stays. */
export function withDefaults(payload: JsonObject, defaults: JsonObject): JsonObject {
  const merged = Object.entries(defaults).map(([key, byDefault]): [string, unknown] => {
    if (!Object.hasOwn(payload, key)) return [key, byDefault];
    const given = payload[key];
    return [key, isObject(given) && isObject(byDefault) ? withDefaults(given, byDefault) : given];
  });
  // By entries: a key such as __proto__ is one like any other.
  return Object.fromEntries([...Object.entries(payload), ...merged]);
}

/** How a run sees the template: as a definition with the command that was rendered. */
export function definitionOf(template: Template, command: string): Definition {
  return {
    definitionId: template.templateId,
    alias: template.templateId,
    groupName,
    image: template.image,
    command,
    memoryMb: template.memoryMb,
    cpu: template.cpu,
    gpu: template.gpu,
    env: template.env,
    tags: [],
    ports: [],
    user: null,
    privileged: template.privileged,
    adaptiveResourceAllocation: template.adaptiveResourceAllocation,
    sharedMemoryMb: null,
    ephemeralStorageMb: template.ephemeralStorageMb,
    retryOnInterruption: false,
    retryOnOom: false,
    targetCluster: null,
    arn: '',
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
