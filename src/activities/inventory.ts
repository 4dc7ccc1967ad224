import { z } from 'zod';
import { idempotencyKeyOf, keyedStep } from '../domain/names.ts';
import type { StockCall } from './contract.ts';
import type { ServiceClient } from './service-client.ts';

const reply = z.object({ ok: z.literal(true) });

export const inventoryActivities = (inventory: ServiceClient) => ({
  async deductStock(call: StockCall): Promise<void> {
    await inventory.post({ path: '/deduct', call, step: stepOf('deduct', call), body: bodyOf(call), reply });
  },

  async restoreStock(call: StockCall): Promise<void> {
    const body = { ...bodyOf(call), undoes: idempotencyKeyOf(call.orderId, stepOf('deduct', call)) };
    await inventory.post({ path: '/restore', call, step: stepOf('restore', call), body, reply });
  },
});

const stepOf = (step: string, { line, revision }: StockCall) => keyedStep(`${step}:${line}`, revision);

const bodyOf = ({ productId, quantity }: StockCall) => ({ product_id: productId, quantity });
