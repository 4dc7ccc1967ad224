import { JsonClient } from './post-json.ts';

/** The one order that all are asked to take; post-order.lua has it too. */
const BODY = '{"product_id":"sku-1","quantity":1,"amount":4200}';

/** Its request, to be sent again and again. */
export const orderRequest = (client: JsonClient): Buffer => client.prepare('/api/orders', BODY);

/** Posts so many orders, as fast as they are answered, `concurrency` at a time. @throws at the first that is not taken */
export async function postOrders(url: string, count: number, concurrency = 32): Promise<string[]> {
  const client = new JsonClient(url, concurrency);
  try {
    return await Promise.all(Array.from({ length: count }, () => postOrder(client)));
  } finally {
    client.close();
  }
}

/** @returns the order's id */
export async function postOrder(client: JsonClient): Promise<string> {
  return JSON.parse(await client.post(orderRequest(client))).order_id;
}
