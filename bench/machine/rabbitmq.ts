import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '../../local/part.ts';
import type { Environment } from './environment.ts';

/** Debian's own command on PATH insists on the system's broker; others have it there. */
export const DEBIANS = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/**
 * A broker of its own, as it comes, with its data in DATA_DIR. Its name server is started with it and in the foreground:
 * Erlang would leave one behind.
 */
export function rabbitmqPart(environment: Environment): Part {
  const dir = join(environment.DATA_DIR, 'rabbitmq');
  const server = existsSync(DEBIANS) ? DEBIANS : 'rabbitmq-server';
  return {
    name: 'RabbitMQ',
    needs: [],
    log: join(environment.DATA_DIR, 'logs', 'rabbitmq.log'),
    async command() {
      mkdirSync(dir, { recursive: true });
      const script = `epmd -address 127.0.0.1 & exec ${server}`;
      return { file: 'sh', args: ['-c', script], cwd: dir, env: brokerEnvironment(dir, environment) };
    },
    ready: (signal) => brokerReady(Number(environment.AMQP_PORT), signal),
    stop: { signal: 'SIGTERM', graceMs: 15_000 },
  };
}

/** Source: rabbitmq.com/docs/3.13/configure, "Supported environment variables". */
const brokerEnvironment = (dir: string, { PATH, AMQP_PORT, EPMD_PORT, AMQP_DIST_PORT }: Environment) => ({
  ...{ PATH, HOME: dir, LANG: 'C.UTF-8' },
  RABBITMQ_NODENAME: 'bench@localhost',
  RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
  RABBITMQ_NODE_PORT: AMQP_PORT,
  RABBITMQ_DIST_PORT: AMQP_DIST_PORT,
  RABBITMQ_MNESIA_BASE: join(dir, 'data'),
  RABBITMQ_LOG_BASE: join(dir, 'logs'),
  RABBITMQ_LOGS: '-',
  RABBITMQ_PID_FILE: join(dir, 'pid'),
  RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq'),
  RABBITMQ_CONF_ENV_FILE: join(dir, 'rabbitmq-env.conf'),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
  ERL_EPMD_PORT: EPMD_PORT,
  ERL_EPMD_ADDRESS: '127.0.0.1',
  RUNNING_UNDER_SYSTEMD: 'true', // one process, which takes the signal itself
});

/** It listens for clients when all else is up. */
async function brokerReady(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await takesConnections(port)) return;
    await pause(100, undefined, { signal });
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
  });
}
