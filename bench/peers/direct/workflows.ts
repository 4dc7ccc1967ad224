import { proxyActivities } from '@temporalio/workflow';
import type { Order } from '../order.ts';
import type { Activities } from './activities.ts';

export const TASK_QUEUE = 'bench-direct';

const { deductStock, takePayment, confirmOrder, sendNotification } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry: { nonRetryableErrorTypes: ['Refused'] },
});

export async function processOrder(order: Order): Promise<void> {
  await deductStock(order);
  await takePayment(order);
  await confirmOrder(order);
  await sendNotification(order);
}
