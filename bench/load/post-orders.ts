import { Agent, request } from 'node:http';

const BODY = '{"product_id":"sku-1","quantity":1,"amount":4200}';

/** Posts so many orders, as fast as they are answered, `concurrency` at a time. @throws at the first that is not taken */
export async function postOrders(url: string, count: number, concurrency = 32): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const ids: string[] = [];
  let left = count;
  const post = async () => {
    while (left-- > 0) ids.push(await postOrder(url, agent));
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, post));
    return ids;
  } finally {
    agent.destroy();
  }
}

/** @returns the order's id */
export function postOrder(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': BODY.length };
    const posted = request(`${url}/api/orders`, { method: 'POST', headers, agent }, async (response) => {
      const text = (await response.toArray()).join('');
      if (response.statusCode !== 201) reject(new Error(`an order was not taken: ${response.statusCode} ${text}`));
      else resolve(JSON.parse(text).order_id);
    });
    posted.on('error', reject);
    posted.end(BODY);
  });
}
