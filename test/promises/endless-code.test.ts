import { OtherCode } from '../support/other-code.ts';
import { RunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

const SETTINGS = { LOG_LEVEL: 'warn' };
const ENDLESS = 666;

test('workflow code that comes to no end ends its worker, and its order goes on once the code is repaired', async () => {
  using endless = new OtherCode((story) =>
    story.replace('await run.pay(payment);', `while (order.amount === ${ENDLESS}); await run.pay(payment);`),
  );
  const system = await RunningSystem.start({ ...SETTINGS, WORKFLOW_BUNDLE: await endless.bundle() });
  try {
    const stuck = system.pidOf('Worker');
    const id = await system.place({ amount: ENDLESS });
    await until(() => system.output.includes('workflow code does not come to an end'), { within: 30_000 });
    await until(() => system.pidOf('Worker') !== stuck, { within: 20_000 });

    await system.down();
    await system.up(SETTINGS);
    await system.untilStatus(id, 'confirmed');
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
    expect(await system.kindsOf('inventory', id)).toEqual(['deduct']);
  } finally {
    await system.remove();
  }
}, 120_000);
