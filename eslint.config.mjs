// Lint: strict type-checked rules, and who may import whom.
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Our folders, and which of them each may import. `types` may be imported as types only. Tests, bench and bin may import all. */
const mayImport = {
  domain: [],
  conf: [],
  templates: [],
  db: ['domain'],
  engines: ['domain'],
  registry: [],
  workflows: ['domain', { types: 'activities' }],
  activities: ['domain', 'engines', 'db', { types: 'workflows' }],
  client: ['api'],
  ui: ['client', 'domain'],
  api: ['domain', 'db', 'engines', { types: 'workflows' }, { types: 'templates' }],
};
const folders = [...Object.keys(mayImport), 'bin', 'test', 'bench'];

/** Packages that only some folders may know; `@scope/*` stands for all of a scope. */
const packages = {
  pg: ['db', 'bin', 'test', 'bench'],
  koa: ['api'],
  dockerode: ['engines', 'test'],
  '@kubernetes/client-node': ['engines', 'test', 'bench'],
  '@aws-sdk/*': ['engines', 'test'],
  ajv: ['api', 'conf', 'templates'],
  'lru-cache': ['engines', 'registry'],
  undici: ['activities'],
  'ipaddr.js': ['activities'],
  react: ['ui'],
  '@mantine/*': ['ui'],
  '@tanstack/*': ['ui'],
  '@temporalio/workflow': ['workflows'],
  '@temporalio/activity': ['activities', 'bench'],
};

const importRules = Object.entries(mayImport).map(([folder, allowed]) => {
  const whole = allowed.filter((one) => typeof one === 'string');
  const types = allowed.filter((one) => typeof one === 'object').map((one) => one.types);
  const forbidden = folders.filter((one) => one !== folder && !whole.includes(one) && !types.includes(one));
  // ui/ has folders of its own, one deep, of the same names.
  const up = folder === 'ui' ? '{2,}' : '+';
  const pattern = (names) => `^(\\.\\./)${up}(${names.join('|')})(/|$)`;
  const alien = Object.entries(packages).flatMap(([name, owners]) => (owners.includes(folder) ? [] : [name]));
  const isScope = (name) => name.endsWith('/*');
  const unknown = (name) => `${folder}/ does not know ${name}.`;
  return {
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: alien.filter((name) => !isScope(name)).map((name) => ({ name, message: unknown(name) })),
          patterns: [
            ...alien.filter(isScope).map((name) => ({ regex: `^${name.slice(0, -1)}`, message: unknown(name) })),
            {
              regex: pattern(forbidden),
              message: `${folder}/ may import only ${whole.join(', ') || 'nothing of ours'}.`,
            },
            ...types.map((name) => ({
              regex: pattern([name]),
              allowTypeImports: true,
              message: `${folder}/ may import only types of ${name}.`,
            })),
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ['node_modules', '.flotilla', 'bench/out', 'client/types.ts', 'ui/dist*'] },
  {
    files: ['**/*.{ts,tsx,mts}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['bin/**', 'bench/**', 'test/**', 'ui/build.ts'], rules: { 'no-console': 'off' } },
  {
    // The Kubernetes client's classes are shapes of data, and it takes literals.
    files: ['engines/eks/**', 'test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  {
    // What came from elsewhere is text, never markup.
    files: ['ui/**/*.tsx'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'No markup out of data.' },
        { selector: 'MemberExpression[property.name=/^(inner|outer)HTML$/]', message: 'No markup out of data.' },
      ],
      '@typescript-eslint/only-throw-error': ['error', { allow: ['Redirect', 'NotFoundError'] }],
    },
  },
  { files: ['workflows/**'], rules: { '@typescript-eslint/no-unnecessary-condition': 'off' } },
  ...importRules,
);
