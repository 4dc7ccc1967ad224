import { z } from 'zod';
import type { Listening } from './listen.ts';
import { type Service, startService } from './service.ts';

const setting = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);

const number = z.coerce.number().int().min(0);

/** Settings a service reads from the environment, besides the setting of its port. */
const common = {
  DATABASE_URL: setting(z.string()),
  HOST: setting(z.string().default('127.0.0.1')),
  LATENCY_MS: setting(number.optional()),
};

export const wholeNumber = (fallback: number) => setting(number.default(fallback));

/** The environment through a schema; everything that is wrong with it is said at once, and the process ends. */
export function readEnvironment<Shape extends z.ZodRawShape>(shape: Shape) {
  const parsed = z.object({ ...common, ...shape }).safeParse(process.env);
  if (parsed.success) return parsed.data;
  return giveUp(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}

type Common = { DATABASE_URL: string; HOST: string; LATENCY_MS?: number | undefined };

/** Runs a service as this process: says when it is ready, drains when it is told to stop or its parent is gone. */
export async function run(service: Service, env: Common, portSetting: string, port: number): Promise<void> {
  let listening: Listening | undefined;
  const stop = async (why: string) => {
    await listening?.close();
    log(service, `stopped: ${why}`);
    process.exit(0);
  };
  // Once each: the same signal again ends the process at once.
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => stop(event));

  const { DATABASE_URL: databaseUrl, HOST: host, LATENCY_MS: latencyMs } = env;
  try {
    listening = await startService(service, { databaseUrl, host, port, latencyMs });
    log(service, `listening on ${listening.url}`);
    process.send?.('ready');
  } catch (error) {
    giveUp(whyNot(service, error, `${host}:${port}`, portSetting));
  }
}

function whyNot(service: Service, error: unknown, address: string, portSetting: string): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EADDRINUSE') return `${service.name}: ${address} is in use; set ${portSetting} to a port that is free.`;
  return `${service.name}: could not start: ${message || code}`;
}

function log(service: Service, msg: string): void {
  console.log(JSON.stringify({ level: 'info', time: new Date().toISOString(), service: service.name, msg }));
}

function giveUp(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
