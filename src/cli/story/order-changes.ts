import type { Order } from '../api/documents.ts';
import { duration } from '../screen/times.ts';

/** What differs from version to version of an order, a line each, with the time since it was accepted. */
export class OrderChanges {
  #told: string[] = [];

  /** Nothing of the first version, which is told as a story. */
  linesOf(order: Order): string[] {
    const facts = [
      ...order.steps.map(({ step, state, attempts }) => `${step} ${state}, attempt ${attempts}`),
      order.status,
    ];
    const news = this.#told.length > 0 ? facts.filter((fact) => !this.#told.includes(fact)) : [];
    this.#told = facts;
    return news.map((fact) => `${sinceAccepted(order)}  ${fact}`);
  }
}

const sinceAccepted = ({ accepted_at, settled_at }: Order): string =>
  duration((settled_at ? Date.parse(settled_at) : Date.now()) - Date.parse(accepted_at)).padStart(8);
