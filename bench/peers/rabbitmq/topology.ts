import type { Channel, ConfirmChannel } from 'amqplib';
import type { Order } from '../order.ts';

/** One queue a step, each served by its own consumer. */
export type Queue = 'orders.inventory' | 'orders.payment' | 'orders.notification';

const QUEUES: Queue[] = ['orders.inventory', 'orders.payment', 'orders.notification'];
const DEAD_LETTERS = 'orders.dead-letters';

/** The broker's own limit from 4.0 on; 3.10 has none unless it is set. */
const DELIVERY_LIMIT = 20;

/**
 * Declares what is missing. Quorum queues, because RabbitMQ's guide names incoming orders as what they are for. Dead
 * letters at least once, which needs `reject-publish`: the default may lose them.
 */
export async function declareQueues(channel: Channel): Promise<void> {
  await channel.assertExchange(DEAD_LETTERS, 'fanout', { durable: true });
  await channel.assertQueue(DEAD_LETTERS, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(DEAD_LETTERS, DEAD_LETTERS, '');
  for (const queue of QUEUES)
    await channel.assertQueue(queue, {
      durable: true,
      deadLetterExchange: DEAD_LETTERS,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    });
}

/** Resolves when the broker has the message on disk. Many are under way at once: each has its own confirmation. */
export function publish(channel: ConfirmChannel, queue: Queue, order: Order): Promise<void> {
  const content = Buffer.from(JSON.stringify(order));
  const options = { persistent: true, contentType: 'application/json', messageId: order.order_id };
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, content, options, (error) => (error ? reject(error) : resolve()));
  });
}

export const orderIn = (content: Buffer): Order => JSON.parse(content.toString());
