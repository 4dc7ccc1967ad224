import { z } from 'zod';
import { isRole, ROLES, type Role } from './access/caller.ts';
import { isLoopback, isSafeUrl } from './access/loopback.ts';

/** `10m`, `7d`, `500ms`: a number and a unit, as Temporal's SDK reads durations too. */
const duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, 'must be a number and a unit: 500ms, 30s, 10m, 12h or 7d');
const port = z.coerce.number().int().min(0).max(65535);
const count = z.coerce.number().int().min(1);
const exactUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const url = exactUrl.transform((value) => value.replace(/\/+$/, ''));

/** Client ids, separated by commas. */
const names = z.string().transform((value) =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);

/** `claim value=role`, separated by commas. */
const roles = z.string().transform((value, context) => {
  const pairs = value.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  if (pairs.every(([name, role, ...rest]) => name && isRole(role) && rest.length === 0))
    return Object.fromEntries(pairs) as Record<string, Role>;
  context.addIssue(`must be value=role, separated by commas, with a role of ${ROLES.join(', ')}`);
  return z.NEVER;
});

/** `600/1m`: so many requests in a window. */
const quota = z
  .string()
  .regex(/^[1-9]\d*\/[1-9]\d*[smh]$/, 'must be requests/window: 100/1s, 6000/1m')
  .transform((value) => {
    const [requests = '', window = ''] = value.split('/');
    return { requests: Number(requests), windowMs: milliseconds(window) };
  });

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @returns milliseconds */
export function milliseconds(value: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(value) ?? [];
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

const shared = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  PAYLOAD_KEYS_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
};

const credentials = {
  API_KEYS_FILE: z.string().optional(),
  API_KEYS: z.string().optional(),
  OIDC_ISSUER: z.string().refine(isSafeUrl, 'must be an https URL, exactly as in the tokens').optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_ROLE_CLAIM: z.string().default('roles'),
  OIDC_ROLES: roles.optional(),
};

const TEMPORAL_UI_URL = url.default('http://127.0.0.1:8233');

/** Where Temporal is comes from the `TEMPORAL_*` variables or a profile, read by `@temporalio/envconfig`. */
export const workerSettings = z.object({
  ...shared,
  INVENTORY_URL: url.default('http://127.0.0.1:4001'),
  PAYMENT_URL: url.default('http://127.0.0.1:4002'),
  NOTIFICATION_URL: url.default('http://127.0.0.1:4003'),
  STEP_PATIENCE: duration.default('10m'),
  HOLD_LIMIT: duration.default('7d'),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: port.default(9464),
  MAX_IN_FLIGHT: count.default(180),
  MAX_CACHED_WORKFLOWS: count.default(2000),
  RECONCILE_AFTER: duration.default('60s'),
  SHUTDOWN_GRACE: duration.default('5s'),
  WORKFLOW_BUNDLE: z.string().optional(),
  WORKER_DEPLOYMENT: z
    .string()
    .regex(/^[^.:]+$/, 'must have no . and no :')
    .default('durable-orders'),
  WORKER_BUILD_ID: z.string().optional(),
  REVIEW_SCHEDULE: z
    .string()
    .regex(/^(off|\S+( \S+){4})$/, 'must be off or a cron expression of five fields')
    .default('0 6 * * *'),
  REVIEW_WEBHOOK_URL: exactUrl.optional(),
  REVIEW_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64')
    .optional(),
});

export const apiSettings = z
  .object({
    ...shared,
    HOST: z.string().default('127.0.0.1'),
    PORT: port.default(3000),
    ...credentials,
    OPERATORS: names.optional(),
    RATE_LIMIT: quota.optional(),
    MAX_CONNECTIONS: count.default(10_000),
    MAX_CONNECTIONS_PER_ADDRESS: count.optional(),
    INTAKE_QUEUE: count.default(10_000),
    TEMPORAL_UI_URL,
  })
  .superRefine((settings, context) => {
    const complain = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const { HOST, OPERATORS } = settings;
    const hasKeys = asksWho(settings);
    if (!hasKeys && !isLoopback(HOST))
      complain(
        'HOST',
        'beyond loopback the API needs keys: set API_KEYS_FILE, API_KEYS or OIDC_ISSUER (docs/access.md)',
      );
    if (hasKeys && OPERATORS)
      complain('OPERATORS', 'is for an API without keys; where there are keys, they have roles');
    complainOfIssuer(settings, complain);
  });

export const codecServerSettings = z
  .object({
    ...credentials,
    PAYLOAD_KEYS_FILE: z.string(),
    LOG_LEVEL: shared.LOG_LEVEL,
    CODEC_HOST: z.string().default('127.0.0.1'),
    CODEC_PORT: port.default(8234),
    CODEC_TOKEN: z
      .string()
      .regex(/^[A-Za-z0-9_-]{32,}$/, 'must be 32 or more letters, digits, - and _')
      .optional(),
    TEMPORAL_UI_URL,
  })
  .superRefine((settings, context) => {
    const complain = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (!settings.CODEC_TOKEN && !asksWho(settings))
      complain('CODEC_TOKEN', 'must be set, or API_KEYS_FILE, API_KEYS or OIDC_ISSUER (docs/encryption.md)');
    complainOfIssuer(settings, complain);
  });

/** An issuer's tokens are for many. */
function complainOfIssuer({ OIDC_ISSUER, OIDC_AUDIENCE }: Credentials, complain: (name: string, why: string) => void) {
  if (OIDC_ISSUER && !OIDC_AUDIENCE) complain('OIDC_AUDIENCE', 'must say for whom tokens of OIDC_ISSUER are');
  if (OIDC_AUDIENCE && !OIDC_ISSUER) complain('OIDC_ISSUER', 'must say whose tokens OIDC_AUDIENCE is of');
}

export type WorkerSettings = z.infer<typeof workerSettings>;
export type ApiSettings = z.infer<typeof apiSettings>;

/** Whether callers have to prove who they are. Without keys, the API is for whoever is on its machine. */
export const asksWho = ({ API_KEYS_FILE, API_KEYS, OIDC_ISSUER }: Credentials): boolean =>
  Boolean(API_KEYS_FILE ?? API_KEYS ?? OIDC_ISSUER);

interface Credentials {
  API_KEYS_FILE?: string | undefined;
  API_KEYS?: string | undefined;
  OIDC_ISSUER?: string | undefined;
  OIDC_AUDIENCE?: string | undefined;
}

export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * Reads the environment once. An empty variable counts as not set.
 * @throws SettingsError that lists everything wrong at once
 */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message, input }) =>
    input === undefined ? `${path.join('.')} is not set` : `${path.join('.')}: ${message}`,
  );
  throw new SettingsError(`These settings need attention (see .env.example):\n  ${lines.join('\n  ')}`);
}
