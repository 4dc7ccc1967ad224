import { WrongUsage } from './api/answers.ts';
import type { Terminal } from './terminal.ts';

/** As the API takes it; see `X-Client-Id` there. */
const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;
const DEFAULT_PORT = 3000;

/** Whoever is said to be asking; else the user of this machine, made to fit. @throws WrongUsage */
export function clientIdOf(said: string | undefined, { env, userName }: Pick<Terminal, 'env' | 'userName'>): string {
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
