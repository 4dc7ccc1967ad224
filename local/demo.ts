import { Following } from './demo/following.ts';
import { painter } from './demo/marks.ts';
import { OrdersApi } from './demo/orders-api.ts';
import { PaymentOutage } from './demo/outage.ts';
import { ORDINARY, WHILE_PAYMENTS_ARE_DOWN } from './demo/scenarios.ts';
import { screenFor } from './demo/screen.ts';
import { type DemoSettings, demoSettings } from './demo/settings.ts';
import { summaryLines } from './demo/summary.ts';

class Interrupted extends Error {}
class TookTooLong extends Error {}

const LIMIT_MS = 60_000;

try {
  const wentWell = await demo(demoSettings(process.env, process.stdout.isTTY), whatEndsIt());
  process.exit(wentWell ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof Interrupted ? 130 : 1);
}

/** Places orders that go different ways and follows them. Answers whether each went the way it should. */
async function demo({ apiUrl, key, paymentUrl, isColoured }: DemoSettings, signal: AbortSignal): Promise<boolean> {
  const api = new OrdersApi(apiUrl, key);
  if (!(await api.answers())) {
    throw new Error(`Nothing answers at ${apiUrl}: run \`npm start\` in another terminal first.`);
  }
  const outage = new PaymentOutage(paymentUrl);
  await outage.ensurePossible();

  const paint = painter(isColoured);
  const screen = screenFor(process.stdout, paint);
  const following = new Following(api, screen, signal);
  try {
    await tellTheStory(following, outage);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
  } finally {
    screen.close();
  }
  console.log(`\n${summaryLines(following.orders, paint).join('\n')}\n`);
  return following.orders.every((order) => order.wentAsExpected);
}

async function tellTheStory(following: Following, outage: PaymentOutage): Promise<void> {
  following.note = 'Everything works.';
  for (const scenario of ORDINARY) await following.place(scenario);
  await following.untilAllFinished();

  following.note = 'The payment service is down: it answers every call with 500.';
  await outage.during(async () => {
    const order = await following.place(WHILE_PAYMENTS_ARE_DOWN);
    await following.until(() => order.isRetrying);
  });
  following.note = 'The payment service is back: the order goes on by itself.';
  await following.untilAllFinished();
}

/** Ctrl-C and the like, a terminal that is gone, or a minute: what was broken is healed first, then it ends. */
function whatEndsIt(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Interrupted('Interrupted.'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  process.stdout.on('error', interrupt);
  const limit = setTimeout(() => interrupted.abort(new TookTooLong('A minute is over.')), LIMIT_MS);
  limit.unref();
  return interrupted.signal;
}
