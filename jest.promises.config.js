import config from './jest.config.js';

/** Floods and kills the whole system: minutes, not seconds. `npm run test:promises`. */
export default { ...config, testMatch: ['<rootDir>/test/promises/**/*.test.ts'], testPathIgnorePatterns: [] };
