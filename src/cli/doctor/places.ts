/** Where a part of the system is, and who says so. */
export interface Place {
  url: string;
  /** The setting that leads there; without one it is what `npm start` brings up on this machine. */
  setting: string | null;
}

export interface Places {
  api: Place;
  database: Place;
  services: { name: string; place: Place }[];
  webUi: Place;
}

/** Of `npm start`; local/config.ts has the same. */
const PORTS = {
  POSTGRES_PORT: 5433,
  TEMPORAL_PORT: 7233,
  TEMPORAL_UI_PORT: 8233,
  INVENTORY_PORT: 4001,
  PAYMENT_PORT: 4002,
  NOTIFICATION_PORT: 4003,
};

export const PORT_SETTINGS = Object.keys(PORTS);

export function placesFrom(env: NodeJS.ProcessEnv, apiUrl: string): Places {
  const place = (setting: string, fallback: string): Place =>
    env[setting] ? { url: env[setting].replace(/\/+$/, ''), setting } : { url: fallback, setting: null };
  const local = (name: keyof typeof PORTS) => `http://127.0.0.1:${portOf(name, env)}`;
  return {
    api: { url: apiUrl, setting: apiUrl.startsWith('http://127.0.0.1:') ? null : '--url or API_URL' },
    database: place('DATABASE_URL', embeddedDatabaseUrl(env)),
    services: [
      { name: 'inventory', place: place('INVENTORY_URL', local('INVENTORY_PORT')) },
      { name: 'payment', place: place('PAYMENT_URL', local('PAYMENT_PORT')) },
      { name: 'notification', place: place('NOTIFICATION_URL', local('NOTIFICATION_PORT')) },
    ],
    webUi: {
      ...place('TEMPORAL_UI_URL', local('TEMPORAL_UI_PORT')),
      ...(hasOwnTemporal(env) && { setting: 'TEMPORAL_UI_URL' }),
    },
  };
}

/** `npm start` then leaves its own out, and the Web UI with it. */
export const hasOwnTemporal = ({
  TEMPORAL_ADDRESS,
  TEMPORAL_PROFILE,
  TEMPORAL_CONFIG_FILE,
}: NodeJS.ProcessEnv): boolean => Boolean(TEMPORAL_ADDRESS || TEMPORAL_PROFILE || TEMPORAL_CONFIG_FILE);

export const embeddedDatabaseUrl = (env: NodeJS.ProcessEnv): string =>
  `postgres://postgres@127.0.0.1:${portOf('POSTGRES_PORT', env)}/durable_orders`;

export const portOf = (name: keyof typeof PORTS, env: NodeJS.ProcessEnv): string => env[name] || String(PORTS[name]);

/** What to do where nothing answers at a place. */
export const startIt = ({ setting }: Place): string =>
  setting ? `Start it, or correct ${setting}.` : 'Start the system: npm start.';
