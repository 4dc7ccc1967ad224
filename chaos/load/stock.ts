import { LIMITED_STOCK, limitedProducts, productsOfRun } from './planned-order.ts';

interface ProductStock {
  product_id: string;
  on_hand: number;
  deducted: number;
}

/** Sets what is limited. @returns what there is of each product before the first order */
export async function stockUp(inventoryUrl: string, orders: number): Promise<Map<string, number>> {
  for (const product of limitedProducts(orders)) {
    const response = await fetch(`${inventoryUrl}/stock/${product}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ on_hand: LIMITED_STOCK }),
    });
    if (!response.ok) throw new Error(`the stock could not be set: ${response.status}`);
  }
  const stock = await stockOf(inventoryUrl, productsOfRun(orders));
  return new Map(stock.map(({ product_id, on_hand, deducted }) => [product_id, on_hand + deducted]));
}

export async function stockOf(inventoryUrl: string, products: string[]): Promise<ProductStock[]> {
  const stock: ProductStock[] = [];
  for (const product of products) {
    const response = await fetch(`${inventoryUrl}/stock/${product}`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`the stock of ${product}: ${response.status}`);
    stock.push((await response.json()) as ProductStock);
  }
  return stock;
}
