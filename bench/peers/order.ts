import { z } from 'zod';

/** What clients send: as durable-orders takes it, without what is optional there. */
export const orderBody = z.strictObject({
  product_id: z.string().min(1).max(100),
  quantity: z.int().min(1).max(1_000_000),
  amount: z.int().min(1).max(1_000_000_000_000),
});

/** As it travels in messages and inputs. */
export interface Order extends z.output<typeof orderBody> {
  /** UUIDv7. */
  order_id: string;
}
