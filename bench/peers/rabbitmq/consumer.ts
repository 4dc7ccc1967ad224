import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Order } from '../order.ts';
import { Refused } from '../post.ts';
import { orderIn, publish, type Queue } from './topology.ts';

/** RabbitMQ's guide finds the best throughput from 100 to 300. */
const PREFETCH = 200;

export interface Step {
  from: Queue;
  perform(order: Order): Promise<void>;
  /** Where the order goes next. */
  to?: Queue;
}

/** Performs a step for every message of its queue. @returns stops taking messages, and waits for those it has */
export async function consume(connection: ChannelModel, step: Step): Promise<() => Promise<void>> {
  const channel = await connection.createConfirmChannel();
  await channel.prefetch(PREFETCH);
  const underWay = new Set<Promise<void>>();
  const { consumerTag } = await channel.consume(step.from, (message) => {
    // The broker has taken the queue away: nothing can be carried through, which whoever supervises this must see.
    if (!message) throw new Error(`${step.from} is gone`);
    const handled = handle(channel, step, message).finally(() => underWay.delete(handled));
    underWay.add(handled);
  });
  return async () => {
    await channel.cancel(consumerTag);
    await Promise.all(underWay);
  };
}

/** Acknowledged only when the next queue has it: a crash in between repeats the step, which its key makes harmless. */
async function handle(channel: ConfirmChannel, { perform, to }: Step, message: ConsumeMessage): Promise<void> {
  try {
    const order = orderIn(message.content);
    await perform(order);
    if (to) await publish(channel, to, order);
    channel.ack(message);
  } catch (error) {
    // Back into the queue until the delivery limit, or to the dead letters at once where asking again is no use.
    channel.nack(message, false, !(error instanceof Refused));
  }
}
