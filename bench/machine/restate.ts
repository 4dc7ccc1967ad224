import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '../../local/part.ts';
import type { Environment } from './environment.ts';

/**
 * Restate's server from npm, one node as it comes, with its data in DATA_DIR.
 * Source: docs.restate.dev, Server configuration, "Environment variables".
 */
export function restatePart(environment: Environment): Part {
  const dir = join(environment.DATA_DIR, 'restate');
  const { PATH, RESTATE_INGRESS_PORT, RESTATE_ADMIN_PORT, RESTATE_NODE_PORT } = environment;
  return {
    name: 'Restate',
    needs: [],
    log: join(environment.DATA_DIR, 'logs', 'restate.log'),
    async command() {
      mkdirSync(dir, { recursive: true });
      const env = {
        PATH,
        RESTATE_BASE_DIR: dir,
        RESTATE_NODE_NAME: 'bench',
        RESTATE_LISTEN_MODE: 'tcp',
        RESTATE_BIND_ADDRESS: `127.0.0.1:${RESTATE_NODE_PORT}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${RESTATE_INGRESS_PORT}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${RESTATE_ADMIN_PORT}`,
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_LOG_FILTER: 'warn',
      };
      return { file: executable(), args: ['--no-logo'], cwd: dir, env };
    },
    ready: async (signal) => {
      await answers(`http://127.0.0.1:${RESTATE_ADMIN_PORT}/health`, signal);
      await answers(`http://127.0.0.1:${RESTATE_INGRESS_PORT}/restate/health`, signal);
    },
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
  };
}

/** Of the package for this platform; what npm puts on PATH is a script that starts it as a child. */
function executable(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const server = createRequire(import.meta.url).resolve('@restatedev/restate-server/package.json');
  return createRequire(server).resolve(`${name}/bin/restate-server`);
}

async function answers(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const response = await fetch(url, { signal }).catch(() => undefined);
    if (response?.ok) return;
    await pause(100, undefined, { signal });
  }
}
