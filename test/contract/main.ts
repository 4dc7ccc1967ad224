import { RunningSystem } from '../support/running-system.ts';
import { installSchemathesis, schemathesis } from './schemathesis.ts';

// node test/contract/main.ts [SEED]: everything that the OpenAPI document says, held against the running API.
const seed = process.argv[2] ?? '20261124';
const SECONDS = 80;

const dir = await installSchemathesis();
const system = await RunningSystem.start({ LOG_LEVEL: 'warn' });
try {
  const api = system.pidOf('API');
  const found = await schemathesis(dir, system.url('/openapi.json'), seed, SECONDS);
  const failed = system.output.split('\n').filter((line) => line.includes('request failed'));
  const isSame = system.pidOf('API') === api;
  if (failed.length > 0) console.log(`The API logged ${failed.length} errors, the first: ${failed[0]}`);
  if (!isSame) console.log('The API did not live through it: it was started again.');
  process.exitCode = found || (failed.length > 0 || !isSame ? 1 : 0);
} finally {
  await system.remove();
}
