import { type Context, service, TerminalError } from '@restatedev/restate-sdk';
import type { Order } from '../order.ts';
import type { OrdersTable } from '../orders-table.ts';
import { Refused } from '../post.ts';
import type { Services } from '../services.ts';

/** `<ingress>/Orders/process`; retried by the server's own policy. */
export const ordersService = (services: Services, orders: OrdersTable) =>
  service({
    name: 'Orders',
    handlers: {
      async process(ctx: Context, order: Order): Promise<void> {
        await ctx.run('deduct stock', () => services.deductStock(order));
        await ctx.run('take payment', () => services.takePayment(order));
        await ctx.run('confirm', () => orders.storeConfirmed(order));
        await ctx.run('notify', () => services.sendNotification(order));
      },
    },
    options: {
      asTerminalError: (error) => (error instanceof Refused ? new TerminalError(error.message) : undefined),
    },
  });
