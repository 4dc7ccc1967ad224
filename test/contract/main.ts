import { RunningSystem } from '../support/running-system.ts';
import { installSchemathesis } from './install.ts';
import { type Operation, operationsOf } from './operations.ts';
import { PASSES, type Pass } from './passes.ts';
import { schemathesis } from './schemathesis.ts';
import { seenIn } from './seen.ts';
import { summaryOf } from './summary.ts';
import { complaintsOf } from './verdict.ts';

// node test/contract/main.ts [SEED]: everything that the OpenAPI document says, held against the running API, as each kind
// of caller. Ends with how many operations passed, each counted once for every caller.
const seed = process.argv[2] ?? '20261124';

const dir = await installSchemathesis();
let system: RunningSystem | undefined;
let asked: NodeJS.ProcessEnv | undefined;
const counts = { passed: 0, failed: 0 };
try {
  for (const pass of PASSES) {
    if (pass.system !== asked) {
      await system?.remove();
      system = await RunningSystem.start(pass.system);
      asked = pass.system;
    }
    const { passed, failed } = await take(pass, system as RunningSystem);
    counts.passed += passed;
    counts.failed += failed;
  }
} finally {
  await system?.remove();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function take(pass: Pass, at: RunningSystem): Promise<{ passed: number; failed: number }> {
  const document = at.url('/openapi.json');
  const operations: Operation[] = operationsOf(await at.get('/openapi.json'));
  const before = { api: at.pidOf('API'), output: at.output.length };
  const orderId = pass.others && (await placedBy(at, pass.others));
  const ran = await schemathesis(dir, { ...pass, orderId, document, seed });
  const seen = seenIn(ran.events);
  const complaints = [...complaintsOf(pass, operations, seen), ...complaintsOfApi(at, before)];
  const { lines, passed, failed } = summaryOf({ pass, operations, ran, seen, complaints });
  console.log(lines.join('\n'));
  return { passed, failed };
}

async function placedBy(at: RunningSystem, headers: Record<string, string>): Promise<string> {
  const response = await at.post('/api/orders', { product_id: 'sku-1', quantity: 1, amount: 4200 }, headers);
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { order_id: string }).order_id;
}

function complaintsOfApi(at: RunningSystem, before: { api: number; output: number }): { what: string }[] {
  const errors = at.output
    .slice(before.output)
    .split('\n')
    .filter((line) => line.includes('request failed'));
  return [
    ...(errors.length > 0 ? [{ what: `the API logged ${errors.length} errors, the first: ${errors[0]}` }] : []),
    ...(at.pidOf('API') === before.api ? [] : [{ what: 'the API did not live through it: it was started again' }]),
  ];
}
