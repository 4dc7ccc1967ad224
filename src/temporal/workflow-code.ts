import { join } from 'node:path';

const at = (file: string) => join(import.meta.dirname, '..', 'workflows', file);

/**
 * Where the workflow code is and how it is loaded: once for all runs, and not for each anew. That is safe because its
 * modules keep no state (test/house/ holds them to it).
 */
export const workflowCode = {
  workflowsPath: at('index.ts'),
  preloadModules: [at('index.ts')],
};
