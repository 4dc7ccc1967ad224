import type { Request } from 'express';
import { sees } from '../access/caller.ts';
import type { Sql } from '../store/connect.ts';
import { findOrder, type StoredOrder } from '../store/find-orders.ts';
import { Problem } from './problem.ts';
import { orderIdOf } from './request.ts';

/** The order that a request is about. Another client's is answered for like one that is not there: ids tell nothing. */
export async function orderOf(request: Request, sql: Sql): Promise<StoredOrder> {
  const order = await findOrder(sql, orderIdOf(request));
  if (!order || !sees(request.caller, order)) throw new Problem('order_not_found');
  return order;
}
