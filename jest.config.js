// Two projects: pure tests, which need nothing, and tests against the real components, which a global setup starts once.
const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
};

module.exports = {
  maxWorkers: 2,
  testTimeout: 180_000,
  projects: [
    { ...common, displayName: 'unit', roots: ['<rootDir>/test/unit'] },
    {
      ...common,
      displayName: 'real',
      roots: ['<rootDir>/test/workflows', '<rootDir>/test/e2e'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
  ],
};
