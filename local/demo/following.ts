import { setTimeout as pause } from 'node:timers/promises';
import { FollowedOrder } from './followed-order.ts';
import type { OrdersApi } from './orders-api.ts';
import type { Scenario } from './scenarios.ts';
import type { Screen } from './screen.ts';

const LOOK_EVERY_MS = 200;

/** Places orders, and keeps the screen up to date about them. */
export class Following {
  readonly orders: FollowedOrder[] = [];
  note = '';
  readonly #api: OrdersApi;
  readonly #screen: Screen;
  readonly #signal: AbortSignal;

  /** @param signal ends every wait */
  constructor(api: OrdersApi, screen: Screen, signal: AbortSignal) {
    this.#api = api;
    this.#screen = screen;
    this.#signal = signal;
  }

  async place(scenario: Scenario): Promise<FollowedOrder> {
    const order = new FollowedOrder(scenario, await this.#api.place(scenario.order));
    this.orders.push(order);
    this.#show();
    return order;
  }

  async untilAllFinished(): Promise<void> {
    await this.until(() => this.orders.every((order) => order.isFinished));
  }

  /** @throws the signal's reason */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal }).catch(() => this.#signal.throwIfAborted());
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const unfinished = this.orders.filter((order) => !order.isFinished);
    await Promise.all(unfinished.map(async (order) => order.see(await this.#api.find(order.orderId))));
    this.#show();
  }

  #show(): void {
    this.#screen.show(this.orders, this.note);
  }
}
