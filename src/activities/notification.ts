import { z } from 'zod';
import type { NotificationCall } from './contract.ts';
import type { ServiceClient } from './service-client.ts';

const reply = z.object({ ok: z.literal(true) });

export const notificationActivities = (notification: ServiceClient) => ({
  async sendNotification(call: NotificationCall): Promise<void> {
    const body = { order_id: call.orderId, type: call.type, locale: call.locale };
    await notification.post({ path: '/send', call, step: 'notify', body, reply });
  },
});
