import { CLIENT_ID } from '../access/caller.ts';
import { WrongUsage } from './api/answers.ts';
import type { Caller } from './api/orders-api.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_PORT = 3000;

type Asker = Pick<Terminal, 'env' | 'userName'>;

/** A key is no option: what a command is given can be seen by everybody on its machine. @throws WrongUsage */
export function callerOf(said: string | undefined, asker: Asker): Caller {
  const key = asker.env.DURABLE_ORDERS_KEY || undefined;
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new WrongUsage('DURABLE_ORDERS_KEY is not a key or token.');
  return { clientId: clientIdOf(said, asker), key };
}

/** Whoever is said to be asking; else the user of this machine, made to fit. @throws WrongUsage */
function clientIdOf(said: string | undefined, { env, userName }: Asker): string {
  const id = said ?? (env.CLIENT_ID || undefined);
  if (id === undefined) return userName.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64) || 'unknown';
  if (CLIENT_ID.test(id)) return id;
  const from = said === undefined ? 'CLIENT_ID' : '--as';
  throw new WrongUsage(`${from} must be 1 to 64 letters, digits, dots, underscores or hyphens.`);
}

/** @throws WrongUsage */
export function apiUrlOf(said: string | undefined, { API_URL, PORT }: NodeJS.ProcessEnv): string {
  const url = said ?? (API_URL || `http://127.0.0.1:${PORT || DEFAULT_PORT}`);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  const from = said === undefined ? (API_URL ? 'API_URL' : 'PORT') : '--url';
  throw new WrongUsage(`${from} does not lead to an http:// or https:// address.`);
}
