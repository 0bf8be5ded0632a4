// Five projects: pure tests, which need nothing, and tests against the real components, which a global setup starts once: those
// of engine `local` with Docker, those in a browser, those of engine `eks` with Kubernetes, those of `ecs` with an AWS of our own.
const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.[jt]s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  // Jest cannot require packages that are ES modules only: the client of Kubernetes and what it requires in turn, and the
  // validator of OpenAPI documents; and the codes of terminals.
  transformIgnorePatterns: [
    '/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose|@seriousme/openapi-schema-validator|ansi-regex)/)',
  ],
};

module.exports = {
  // They mostly wait: for a worker that was killed to be missed, for what is tried again.
  maxWorkers: 3,
  testTimeout: 180_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: ['<rootDir>/test/unit', '<rootDir>/test/ui'],
      testPathIgnorePatterns: ['/test/ui/browser/'],
    },
    {
      ...common,
      displayName: 'real',
      roots: ['<rootDir>/test/workflows', '<rootDir>/test/e2e'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
    {
      ...common,
      displayName: 'browser',
      roots: ['<rootDir>/test/ui/browser'],
      globalSetup: '<rootDir>/test/ui/browser/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
    {
      ...common,
      displayName: 'eks',
      roots: ['<rootDir>/test/eks'],
      globalSetup: '<rootDir>/test/cluster/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
    {
      ...common,
      displayName: 'ecs',
      roots: ['<rootDir>/test/ecs'],
      globalSetup: '<rootDir>/test/aws/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
  ],
};
