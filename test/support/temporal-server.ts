import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/config.ts';
import { findTemporalCli, findTestServer } from '../../local/temporal-cli.ts';

const cacheDir = join(PROJECT_ROOT, '.cache');
const path = process.env.PATH;

/** For `TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } })`. */
export const temporalCliPath = (): Promise<string> =>
  findTemporalCli({ setting: process.env.TEMPORAL_CLI_PATH, path, cacheDir });

/** For `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`. */
export const testServerPath = (): Promise<string> =>
  findTestServer({ setting: process.env.TEMPORAL_TEST_SERVER_PATH, path, cacheDir });
