import type { Order } from './order.ts';
import { post } from './post.ts';

interface Urls {
  INVENTORY_URL: string;
  PAYMENT_URL: string;
  NOTIFICATION_URL: string;
}

/** What an order asks of the outside world. A key belongs to order and step, so that a repeated call happens once. */
export const servicesAt = ({ INVENTORY_URL, PAYMENT_URL, NOTIFICATION_URL }: Urls) => ({
  deductStock: ({ order_id, product_id, quantity }: Order) =>
    post(`${INVENTORY_URL}/deduct`, `${order_id}:deduct`, { product_id, quantity }),

  takePayment: ({ order_id, amount }: Order) =>
    post(`${PAYMENT_URL}/pay`, `${order_id}:pay`, { order_id, amount, currency: 'EUR', payment_method: 'pm_card' }),

  sendNotification: ({ order_id }: Order) =>
    post(`${NOTIFICATION_URL}/send`, `${order_id}:notify`, { order_id, type: 'order_confirmed' }),
});

export type Services = ReturnType<typeof servicesAt>;
