/** What a worker is given: every workflow by its name. */
export { processOrder } from './process-order.ts';
