import { InFlight } from '../../src/relay/in-flight.ts';
import { Relay, type RelayOptions } from '../../src/relay/relay.ts';
import type { Started, StartOrder } from '../../src/relay/starter.ts';
import type { Sql } from '../../src/store/connect.ts';
import { createLog } from '../../src/telemetry/log.ts';

export const silentLog = createLog('test', 'silent');

/** Temporal as the relay knows it: starts each order once, and can be away. */
export class FakeTemporal {
  isAway = false;
  attempts = 0;
  /** Every start that got through, in order. */
  readonly started: string[] = [];

  readonly start: StartOrder = async ({ order_id }): Promise<Started> => {
    this.attempts += 1;
    if (this.isAway) throw new Error('14 UNAVAILABLE: no connection');
    if (this.started.includes(order_id)) return 'already_started';
    this.started.push(order_id);
    return 'eager';
  };
}

const noMetrics = { started: () => {}, backlog: () => {}, inFlight: () => {} };

/** A relay that polls so rarely that only NOTIFY, or room, can have woken it. */
export async function startRelay(sql: Sql, start: StartOrder, changes: Partial<RelayOptions> = {}): Promise<Relay> {
  const inFlight = new InFlight(1000);
  const relay = new Relay({ sql, start, inFlight, log: silentLog, metrics: noMetrics, pollMs: 60_000, ...changes });
  await relay.start();
  return relay;
}
