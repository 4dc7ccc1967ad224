import type { ConstantRate, Latencies } from './constant-rate.ts';
import { percentilesOf } from './percentiles.ts';
import { JsonClient } from './post-json.ts';
import { orderRequest } from './post-orders.ts';

/** At most so many at once; a request that finds none free waits, and its waiting counts. */
const CONNECTIONS = 1000;
/** After the last was sent. A request that was not taken counts as one that waited so long: a refusal must not pass for a quick answer. */
const DRAIN_MS = 30_000;

/** Sends what is due every millisecond, until the time is over and the answers are in. */
async function run({ url, rate, seconds, warmUpSeconds }: ConstantRate): Promise<Latencies> {
  const counted = new Counted();
  const client = new JsonClient(url, CONNECTIONS);
  const request = orderRequest(client);
  const total = Math.round(rate * (warmUpSeconds + seconds));
  const started = performance.now();
  const countsFrom = started + warmUpSeconds * 1000;
  const sendDueAt = (dueAt: number) =>
    client.send(request, (status) => dueAt >= countsFrom && counted.add(status, dueAt));

  let cpu: NodeJS.CpuUsage | undefined;
  for (let sent = 0; sent < total; await pause(1)) {
    const now = performance.now();
    if (!cpu && now >= countsFrom) {
      cpu = process.cpuUsage();
      process.send?.('counting');
    }
    const due = Math.min(total, Math.floor(((now - started) / 1000) * rate) + 1);
    for (; sent < due; sent++) sendDueAt(started + (sent / rate) * 1000);
  }
  const used = process.cpuUsage(cpu);
  const deadline = performance.now() + DRAIN_MS;
  while (client.underWay > 0 && performance.now() < deadline) await pause(5);
  client.close();
  while (client.underWay > 0) await pause(1); // answered with 0 as their connections close: they count as broken

  return {
    ...counted.counts,
    ...percentilesOf(counted.latencies),
    rate: (counted.counts.accepted / Math.max(counted.lastAt - countsFrom, seconds * 1000)) * 1000,
    generatorCores: (used.user + used.system) / 1e6 / seconds,
  };
}

/** What came of the requests that count. */
class Counted {
  readonly latencies: number[] = [];
  readonly counts = { accepted: 0, refused: 0, broken: 0 };
  lastAt = 0;

  add(status: number, dueAt: number): void {
    this.counts[status === 201 ? 'accepted' : status === 0 ? 'broken' : 'refused'] += 1;
    const now = performance.now();
    if (status === 201) this.lastAt = now;
    this.latencies.push(status === 201 ? now - dueAt : DRAIN_MS);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const latencies = await run(JSON.parse(process.argv[2] as string));
process.send?.(latencies, () => process.exit(0));
