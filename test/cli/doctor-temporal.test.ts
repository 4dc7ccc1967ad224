import { TestWorkflowEnvironment } from '@temporalio/testing';
import { checkTemporal } from '../../src/cli/doctor/temporal-check.ts';
import { registerSearchAttributes } from '../../src/temporal/search-attributes.ts';
import { temporalCliPath } from '../support/temporal-server.ts';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  const executable = { type: 'existing-path', path: await temporalCliPath() } as const;
  server = await TestWorkflowEnvironment.createLocal({ server: { executable } });
}, 60_000);
afterAll(() => server.teardown());

const statesOf = async (env: Record<string, string>) =>
  (await checkTemporal({ TEMPORAL_ADDRESS: server.address, ...env })).map(({ check, state }) => `${check} ${state}`);

test('a server without search attributes and worker is told apart from one that has them', async () => {
  expect(await statesOf({})).toEqual(['Temporal ok', 'search attributes failed', 'worker failed']);
  await registerSearchAttributes(server.connection, 'default');
  expect(await statesOf({})).toEqual(['Temporal ok', 'search attributes ok', 'worker failed']);
});

test('a namespace that is not there is all there is to say', async () => {
  expect(await statesOf({ TEMPORAL_NAMESPACE: 'nowhere' })).toEqual(['Temporal failed']);
});

test('a profile that can not be read is named', async () => {
  const [finding] = await checkTemporal({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', TEMPORAL_PROFILE: 'prod' });
  expect(finding).toMatchObject({ check: 'Temporal', state: 'failed' });
});
