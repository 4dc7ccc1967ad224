import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);
const count = z.coerce.number().int().min(1);
const httpUrl = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

const schema = z.object({
  PORT: port,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  INVENTORY_URL: httpUrl,
  PAYMENT_URL: httpUrl,
  NOTIFICATION_URL: httpUrl,
  TEMPORAL_ADDRESS: z.string().min(1),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  RESTATE_INGRESS_URL: httpUrl,
  RESTATE_ADMIN_URL: httpUrl,
  /** Where Restate's server finds the service. */
  SERVICE_PORT: port,
  /** As worker.ts has them, by the same names. */
  MAX_IN_FLIGHT: count.default(180),
  MAX_CACHED_WORKFLOWS: count.default(2000),
});

type Settings = z.output<typeof schema>;

/** The settings that a program needs, and no others, from the environment; an empty variable counts as not set. */
export function readSettings<Name extends keyof Settings>(...names: Name[]): Pick<Settings, Name> {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const needed: Record<string, z.ZodType> = Object.fromEntries(names.map((name) => [name, schema.shape[name]]));
  const parsed = z.object(needed).safeParse(given);
  if (parsed.success) return parsed.data as Pick<Settings, Name>;
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}
