/** What a worker is given: every workflow by its name. */
export { bulkResolve } from './bulk-resolve.ts';
export { processOrder } from './process-order.ts';
export { reviewOrders } from './review-orders.ts';
