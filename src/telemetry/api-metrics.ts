import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { measureBacklog } from '../store/claim-orders.ts';
import type { Sql } from '../store/connect.ts';
import { countUnsettled } from '../store/find-orders.ts';

export type AcceptOutcome = 'accepted' | 'repeated' | 'key_reused' | 'invalid' | 'overloaded' | 'failed';

/** Seconds: accepting takes single milliseconds; the tail is what is worth seeing. */
const ACCEPT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The API's figures, on `GET /metrics`. What the database knows is asked when the page is. */
export function createApiMetrics(sql: Sql, queueLength: () => number) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const accepts = new Counter({
    name: 'orders_accepts_total',
    help: 'POST /api/orders, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'orders_accept_duration_seconds',
    help: 'POST /api/orders, from parsed to committed',
    buckets: ACCEPT_BUCKETS,
    registers,
  });
  const problems = new Counter({
    name: 'orders_problems_total',
    help: 'Answers of the API that are problems, by code',
    labelNames: ['code'],
    registers,
  });
  new Gauge({
    name: 'orders_intake_queue',
    help: 'Orders that wait for the next group commit',
    registers,
    collect() {
      this.set(queueLength());
    },
  });
  const depth = new Gauge({ name: 'orders_backlog_depth', help: 'Accepted orders without a run', registers });
  const age = new Gauge({
    name: 'orders_backlog_oldest_age_seconds',
    help: 'Age of the oldest accepted order without a run',
    registers,
  });
  const unsettled = new Gauge({
    name: 'orders_unsettled',
    help: 'Orders that are not settled, by status',
    labelNames: ['status'],
    registers,
  });

  const fromDatabase = async () => {
    const [backlog, counts] = await Promise.all([measureBacklog(sql), countUnsettled(sql)]);
    depth.set(backlog.depth);
    age.set(backlog.oldestSeconds);
    for (const status of ['accepted', 'processing', 'held', 'failed']) unsettled.set({ status }, 0);
    for (const { status, count } of counts) unsettled.set({ status }, count);
  };

  return {
    accepted(outcome: AcceptOutcome, milliseconds: number) {
      accepts.inc({ outcome });
      seconds.observe(milliseconds / 1000);
    },
    problem(code: string) {
      problems.inc({ code });
    },
    contentType: registry.contentType,
    /** The page, without what the database knows while it is away. */
    async page(): Promise<string> {
      await fromDatabase().catch(() => {
        for (const gauge of [depth, age]) gauge.remove();
        unsettled.reset();
      });
      return await registry.metrics();
    },
  };
}

export type ApiMetrics = ReturnType<typeof createApiMetrics>;
