import { connect } from 'amqplib';
import { listen } from '../listen.ts';
import { ordersApi } from '../orders-api.ts';
import { openOrdersTable } from '../orders-table.ts';
import { runProgram } from '../program.ts';
import { readSettings } from '../settings.ts';
import { declareQueues, publish } from './topology.ts';

await runProgram(async () => {
  const settings = readSettings('PORT', 'DATABASE_URL', 'AMQP_URL');
  const orders = await openOrdersTable(settings.DATABASE_URL);
  const connection = await connect(settings.AMQP_URL);
  const channel = await connection.createConfirmChannel();
  await declareQueues(channel);
  const app = ordersApi(async (order) => {
    await orders.accept(order);
    await publish(channel, 'orders.inventory', order);
    return 'accepted';
  });
  const close = await listen(app, settings.PORT);
  return async () => {
    await close();
    await connection.close();
    await orders.close();
  };
});
