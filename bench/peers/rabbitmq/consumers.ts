import { connect } from 'amqplib';
import { openOrdersTable } from '../orders-table.ts';
import { runProgram } from '../program.ts';
import { servicesAt } from '../services.ts';
import { readSettings } from '../settings.ts';
import { consume, type Step } from './consumer.ts';
import { declareQueues } from './topology.ts';

await runProgram(async () => {
  const settings = readSettings('DATABASE_URL', 'AMQP_URL', 'INVENTORY_URL', 'PAYMENT_URL', 'NOTIFICATION_URL');
  const orders = await openOrdersTable(settings.DATABASE_URL);
  const services = servicesAt(settings);
  const steps: Step[] = [
    { from: 'orders.inventory', perform: services.deductStock, to: 'orders.payment' },
    {
      from: 'orders.payment',
      async perform(order) {
        await services.takePayment(order);
        await orders.confirm(order);
      },
      to: 'orders.notification',
    },
    { from: 'orders.notification', perform: services.sendNotification },
  ];

  const connection = await connect(settings.AMQP_URL);
  await declareQueues(await connection.createChannel());
  const stops = await Promise.all(steps.map((step) => consume(connection, step)));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await connection.close();
    await orders.close();
  };
});
