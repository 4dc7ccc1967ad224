import { createServer, type Http2Session } from 'node:http2';
import { createEndpointHandler, type LoggerTransport } from '@restatedev/restate-sdk';
import { openOrdersTable } from '../orders-table.ts';
import { runProgram, type Stop } from '../program.ts';
import { servicesAt } from '../services.ts';
import { readSettings } from '../settings.ts';
import { ordersService } from './orders-service.ts';

await runProgram(async () => {
  const settings = readSettings(
    'DATABASE_URL',
    'RESTATE_ADMIN_URL',
    'SERVICE_PORT',
    'INVENTORY_URL',
    'PAYMENT_URL',
    'NOTIFICATION_URL',
  );
  const orders = await openOrdersTable(settings.DATABASE_URL);
  const services = [ordersService(servicesAt(settings), orders)];
  const close = await serve(createEndpointHandler({ services, logger: onlyTrouble }), settings.SERVICE_PORT);
  await register(settings.RESTATE_ADMIN_URL, settings.SERVICE_PORT);
  return async () => {
    await close();
    await orders.close();
  };
});

/** What `serve` of the SDK does, on loopback only. */
async function serve(handler: ReturnType<typeof createEndpointHandler>, port: number): Promise<Stop> {
  const server = createServer(handler);
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return async () => {
    server.close();
    // What is cut off here is invoked again, from its last finished step.
    for (const session of sessions) session.destroy();
  };
}

/** Tells the server where the service is. `force`: again, where a run before has told it with other code. */
async function register(adminUrl: string, port: number): Promise<void> {
  const response = await fetch(`${adminUrl}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${port}`, force: true }),
  });
  if (!response.ok) throw new Error(`registering with Restate: ${response.status} ${await response.text()}`);
}

/** The SDK's own logger writes lines for every invocation. */
function onlyTrouble({ level }: Parameters<LoggerTransport>[0], message: unknown, ...rest: unknown[]): void {
  if (level === 'error') console.error(message, ...rest);
}
