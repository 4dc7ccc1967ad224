import { z } from 'zod';
import type { StockCall } from './contract.ts';
import type { ServiceClient } from './service-client.ts';

const reply = z.object({ ok: z.literal(true) });

export const inventoryActivities = (inventory: ServiceClient) => ({
  async deductStock(call: StockCall): Promise<void> {
    await inventory.post({ path: '/deduct', call, step: `deduct:${call.line}`, body: bodyOf(call), reply });
  },

  async restoreStock(call: StockCall): Promise<void> {
    await inventory.post({ path: '/restore', call, step: `restore:${call.line}`, body: bodyOf(call), reply });
  },
});

const bodyOf = ({ productId, quantity }: StockCall) => ({ product_id: productId, quantity });
