import type { OrderStatus } from '../domain/lifecycle.ts';
import { isDataError } from '../store/connect.ts';
import type { InForce, StatusReport } from '../store/record-status.ts';
import { messageOf } from '../telemetry/log.ts';
import type { StatusCall } from './contract.ts';
import { failWith } from './failing.ts';

export interface StatusActivityOptions {
  /** Groups the reports of many orders into one transaction. */
  record(report: StatusReport): Promise<InForce | null>;
  /** Told once for each report that took effect. */
  onRecorded(report: StatusReport, inForce: InForce): void;
}

export const statusActivities = ({ record, onRecorded }: StatusActivityOptions) => ({
  async recordStatus({ orderId, status, steps, failure }: StatusCall): Promise<{ status: OrderStatus }> {
    const report = { orderId, status, steps, failure };
    const inForce = await record(report).catch((error: unknown) => {
      throw failWith(isDataError(error) ? 'internal_error' : 'database_unavailable', messageOf(error));
    });
    if (!inForce) throw failWith('order_missing', 'there is no such order in the database');
    onRecorded(report, inForce);
    return { status: inForce.status };
  },
});
