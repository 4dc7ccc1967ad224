export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/promises/'],
  globalSetup: '<rootDir>/test/support/postgres-for-tests.ts',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 30_000,
  maxWorkers: 1, // a second one would make the first one's machine busy: costs.test.ts counts what is asked again meanwhile
};
