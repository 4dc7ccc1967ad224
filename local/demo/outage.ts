import { setTimeout as pause } from 'node:timers/promises';

const ANSWER_WITHIN_MS = 3000;
const HEAL_ATTEMPTS = 5;

/** An outage of the reference payment service, which takes faults from this machine only. */
export class PaymentOutage {
  readonly #url: string;

  constructor(paymentUrl: string) {
    this.#url = `${paymentUrl}/faults`;
  }

  /** @throws one sentence, where there is nobody to break */
  async ensurePossible(): Promise<void> {
    const status = await this.#ask('GET').catch(() => undefined);
    if (status === 200) return;
    throw new Error(`No reference payment service answers at ${this.#url}: the demo needs it to show an outage.`);
  }

  /** The payment service fails every call while `story` goes on. However that ends, the service is healed. */
  async during(story: () => Promise<void>): Promise<void> {
    try {
      await this.#set({ fail: 1 });
      await story();
    } finally {
      await this.#heal();
    }
  }

  async #heal(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#set({});
      } catch (error) {
        if (attempt === HEAL_ATTEMPTS) {
          throw new Error(`The payment service could not be healed; send {} to PUT ${this.#url}.`, { cause: error });
        }
        await pause(300);
      }
    }
  }

  async #set(faults: Record<string, number>): Promise<void> {
    const status = await this.#ask('PUT', faults);
    if (status !== 200)
      throw new Error(`The payment service did not take its faults: PUT ${this.#url} gave ${status}.`);
  }

  async #ask(method: string, faults?: Record<string, number>): Promise<number> {
    const body = faults && JSON.stringify(faults);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.#url, {
      method,
      headers,
      body: body ?? null,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    return response.status;
  }
}
