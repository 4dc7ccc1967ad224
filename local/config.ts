import { relative, resolve } from 'node:path';
import { z } from 'zod';

export const PROJECT_ROOT = resolve(import.meta.dirname, '..');

const port = (fallback: number) =>
  z.coerce
    .number('must be a port')
    .int('must be a port')
    .min(1, 'must be a port from 1 to 65535')
    .max(65_535, 'must be a port from 1 to 65535')
    .default(fallback);

const text = z.string().optional();
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional();

const schema = z.object({
  PORT: port(3000),
  POSTGRES_PORT: port(5433),
  TEMPORAL_PORT: port(7233),
  TEMPORAL_UI_PORT: port(8233),
  INVENTORY_PORT: port(4001),
  PAYMENT_PORT: port(4002),
  NOTIFICATION_PORT: port(4003),
  METRICS_PORT: port(9464),
  CODEC_PORT: port(8234),
  CODEC_TOKEN: text,
  PAYLOAD_KEYS_FILE: text,
  DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(PROJECT_ROOT, path)),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  TEMPORAL_ADDRESS: text,
  TEMPORAL_PROFILE: text,
  TEMPORAL_CONFIG_FILE: text,
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_UI_URL: httpUrl,
  TEMPORAL_CLI_PATH: text,
  INVENTORY_URL: httpUrl,
  PAYMENT_URL: httpUrl,
  NOTIFICATION_URL: httpUrl,
  NO_COLOR: text,
  /** Set by npm in what it runs. */
  npm_lifecycle_event: text,
});

export type Settings = z.infer<typeof schema>;

/** Of the settings that people make. */
export const settingNames = Object.keys(schema.shape).filter((name) => name !== 'npm_lifecycle_event');

/** Thrown with one line for each setting that is wrong. */
export class SettingsError extends Error {}

/** Reads the settings; an empty variable counts as one that is not set, as compose files leave them. */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    parsed.error.issues
      .map(({ path, message }) => `${path.join('.')} ${message}, not "${env[String(path[0])]}".`)
      .join('\n'),
  );
}

/** A path as it is said to people: short where it is in the project. */
export function shown(path: string): string {
  const fromRoot = relative(PROJECT_ROOT, path);
  return fromRoot.startsWith('..') ? path : fromRoot || '.';
}

/** Whether @temporalio/envconfig was told where Temporal is; only then is the embedded server left out. */
export const hasOwnTemporal = (settings: Settings): boolean =>
  Boolean(settings.TEMPORAL_ADDRESS ?? settings.TEMPORAL_PROFILE ?? settings.TEMPORAL_CONFIG_FILE);
