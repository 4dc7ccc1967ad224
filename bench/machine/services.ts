/** The usual latencies of the reference services, in milliseconds; zero for capacity. */
export const LATENCIES = {
  none: { inventory: 0, payment: 0, notification: 0 },
  usual: { inventory: 200, payment: 300, notification: 150 },
} as const;

export type ServiceName = keyof (typeof LATENCIES)['none'];
export const SERVICES: ServiceName[] = ['inventory', 'payment', 'notification'];

/** The reference services, as a benchmark sees them: over the network. */
export class Services {
  readonly urls: Record<ServiceName, string>;

  constructor(urls: Record<ServiceName, string>) {
    this.urls = urls;
  }

  /** So that no measurement runs out of stock. */
  async fillUp(productId: string): Promise<void> {
    const response = await fetch(`${this.urls.inventory}/stock/${productId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ on_hand: 1_000_000_000 }),
    });
    if (!response.ok) throw new Error(`the stock could not be set: ${response.status}`);
  }

  /** When the one effect that a service had for an order was written down, in milliseconds since 1970. */
  async effectAt(service: ServiceName, orderId: string): Promise<number> {
    const response = await fetch(`${this.urls[service]}/ledger?order_id=${orderId}`);
    const { entries } = (await response.json()) as { entries: { at: string }[] };
    return Date.parse(entries[0]?.at ?? '');
  }

  /** Orders that have had their last step: what a customer was told, each once. */
  async completed(): Promise<number> {
    const totals = (await (await fetch(`${this.urls.notification}/totals`)).json()) as { send: { count: number } };
    return totals.send.count;
  }
}
