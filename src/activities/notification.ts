import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { OrderStatus } from '../domain/lifecycle.ts';
import type { NotificationCall, StatusCall } from './contract.ts';
import type { ServiceClient } from './service-client.ts';

const reply = z.object({ ok: z.literal(true) });

type RecordStatus = (call: StatusCall) => Promise<{ status: OrderStatus }>;

export const notificationActivities = (notification: ServiceClient, record: RecordStatus) => ({
  async sendNotification(call: NotificationCall): Promise<{ isReported?: boolean }> {
    const body = { order_id: call.orderId, type: call.type, locale: call.locale };
    await notification.post({ path: '/send', call, step: 'notify', body, reply });
    // A regular attempt may be another version's than the run, which then would not know that it need not report.
    if (!call.report || !Context.current().info.isLocal) return {};
    return { isReported: await isRecorded(record, { ...call, ...call.report }) };
  },
});

/** Where it is not, the run reports by itself: that must not have the customer told again. */
async function isRecorded(
  record: RecordStatus,
  { orderId, traceparent, status, steps, failure }: StatusCall,
): Promise<boolean> {
  try {
    return (await record({ orderId, traceparent, status, steps, failure })).status === status;
  } catch {
    return false;
  }
}
