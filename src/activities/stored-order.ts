import type { OrderStatus } from '../domain/lifecycle.ts';
import type { OrderToProcess } from '../domain/order.ts';
import { isDataError } from '../store/connect.ts';
import type { InForce, StatusReport } from '../store/record-status.ts';
import { messageOf } from '../telemetry/log.ts';
import type { OrderCall, StatusCall } from './contract.ts';
import { failWith } from './failing.ts';

export interface StoredOrderActivitiesOptions {
  /** Groups the reports of many orders into one transaction. */
  record(report: StatusReport): Promise<InForce | null>;
  read(orderId: string): Promise<OrderToProcess | undefined>;
  /** Told once for each report that took effect. */
  onRecorded(report: StatusReport, inForce: InForce): void;
}

export const storedOrderActivities = ({ record, read, onRecorded }: StoredOrderActivitiesOptions) => ({
  async recordStatus({ orderId, status, steps, failure }: StatusCall): Promise<{ status: OrderStatus }> {
    const report = { orderId, status, steps, failure };
    const inForce = await record(report).catch(failed);
    if (!inForce) throw missing();
    onRecorded(report, inForce);
    return { status: inForce.status };
  },

  async readOrder({ orderId }: OrderCall): Promise<{ order: OrderToProcess }> {
    const order = await read(orderId).catch(failed);
    if (!order) throw missing();
    return { order };
  },
});

function failed(error: unknown): never {
  throw failWith(isDataError(error) ? 'internal_error' : 'database_unavailable', messageOf(error));
}

const missing = () => failWith('order_missing', 'there is no such order in the database');
