import { noStepTaken, type OrderStatus, type Step, type StepProgress } from '../../src/domain/lifecycle.ts';
import type { OrderView } from './orders-api.ts';
import type { Scenario } from './scenarios.ts';

/** The attempt by which a step counts as retrying: late enough for somebody who watches. */
const RETRYING_FROM = 4;

/** One order of the demo, as it was last seen. */
export class FollowedOrder {
  readonly scenario: Scenario;
  readonly orderId: string;
  readonly acceptedInMs: number;
  readonly #placedAt = performance.now();
  #view: OrderView | undefined;
  #finishedAfterMs: number | undefined;

  constructor(scenario: Scenario, { orderId, acceptedInMs }: { orderId: string; acceptedInMs: number }) {
    this.scenario = scenario;
    this.orderId = orderId;
    this.acceptedInMs = acceptedInMs;
  }

  see(view: OrderView): void {
    this.#view = view;
    if (this.isFinished) this.#finishedAfterMs ??= performance.now() - this.#placedAt;
  }

  get status(): OrderStatus {
    return this.#view?.status ?? 'accepted';
  }

  get steps(): StepProgress[] {
    return this.#view?.steps ?? noStepTaken();
  }

  progressOf(step: Step): StepProgress {
    return this.steps.find((progress) => progress.step === step) ?? { step, state: 'waiting', attempts: 0 };
  }

  get failure(): string | null {
    return this.#view?.failure?.code ?? null;
  }

  get workflowLink(): string {
    return this.#view?.links.workflow ?? '';
  }

  /** A confirmed order is settled before the customer is told; the demo waits for that too. */
  get isFinished(): boolean {
    return Boolean(this.#view?.settled_at) && this.steps.every(({ state }) => state !== 'running');
  }

  get isRetrying(): boolean {
    return this.steps.some(({ state, attempts }) => state === 'running' && attempts >= RETRYING_FROM);
  }

  get wentAsExpected(): boolean {
    const { status, failure } = this.scenario.expected;
    return this.isFinished && this.status === status && this.failure === failure;
  }

  get elapsedMs(): number {
    return this.#finishedAfterMs ?? performance.now() - this.#placedAt;
  }
}
