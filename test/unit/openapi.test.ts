/** The document says all that the API serves, and nothing else. */
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { Validator } from '@seriousme/openapi-schema-validator';
import { routersOf } from '../../api/app';
import type { ApiDeps } from '../../api/deps';
import { document, parametersOf } from '../../api/openapi/document';

const never = {} as never;
/** Routes are put up, not asked. */
const deps: ApiDeps = {
  ...{ db: never, runs: never, templates: never, log: never, isImageMissing: null, engines: new Map() },
  ...{ news: never, streams: never },
  settings: {
    ...{ mode: 'test', baseUri: '', ownerVariable: 'OWNER', defaultEngine: 'local' },
    ...{
      deadlineSeconds: 60,
      stopGraceSeconds: 10,
      maxBodyBytes: 1024,
      corsOrigins: [],
      callerHeader: '',
      secretsVisibleTo: [],
    },
    ...{ workflowsUrl: null, version: 'test' },
    uiFolder: null,
  },
};

const served = routersOf(deps)
  .flatMap(({ stack }) => stack)
  .flatMap(({ methods, path }) =>
    methods
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${String(path).replace(/:(\w+)/g, '{$1}')}`),
  );

type Described = { operationId: string; parameters?: ({ $ref: string } | { name: string; in: string })[] };
const described = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    path,
    key: `${method.toUpperCase()} ${path}`,
    ...(operation as Described),
  })),
);

test('each route has an operation, and each operation a route', () => {
  expect(described.map(({ key }) => key).sort()).toEqual([...new Set(served)].sort());
});

test('an operation has one id, and the parameters of its path', () => {
  const ids = described.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, key, parameters = [] } of described) {
    const refs = parameters.flatMap((one) => ('$ref' in one ? [one.$ref.split('/').at(-1)] : []));
    expect({ key, refs }).toEqual({ key, refs: parametersOf(path) });
    for (const name of refs) expect(document.components.parameters).toHaveProperty(name ?? '');
  }
});

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('what is defined and executed has an example, which its schema takes', () => {
  type Body = { requestBody?: { content: { 'application/json': { schema: object; example?: unknown } } } };
  const ajv = addFormats(new Ajv({ strict: false }));
  ajv.addSchema({ $id: 'all', components: document.components });
  const shown = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.values(operations).flatMap((operation) => {
      const { schema, example } = (operation as Body).requestBody?.content['application/json'] ?? {};
      if (example === undefined) return [];
      const { $ref } = schema as { $ref: string };
      expect({ path, isTaken: ajv.validate({ $ref: `all${$ref}` }, example) }).toEqual({ path, isTaken: true });
      return [$ref.split('/').at(-1)];
    }),
  );
  const bodies = ['NewDefinition', 'DefinitionChange', 'Launch', 'LaunchV2', 'NewTemplate', 'TemplateLaunch'];
  expect(shown).toEqual(expect.arrayContaining(bodies));
});
