import { z } from 'zod';
import { SettingsError, settingsFrom } from '../config.ts';

/** Where the running system is: as it was told to `npm start`, unless its addresses are given. */
export interface DemoSettings {
  apiUrl: string;
  /** Of the API, where it has keys. */
  key: string | undefined;
  paymentUrl: string;
  isColoured: boolean;
}

const httpUrl = z.url({ protocol: /^https?$/ });

/** @throws SettingsError */
export function demoSettings(env: NodeJS.ProcessEnv, isTerminal: boolean): DemoSettings {
  const { PORT, PAYMENT_PORT, PAYMENT_URL, NO_COLOR } = settingsFrom(env);
  const apiUrl = env.API_URL || `http://127.0.0.1:${PORT}`;
  if (!httpUrl.safeParse(apiUrl).success) {
    throw new SettingsError(`API_URL must be an http:// or https:// URL, not "${apiUrl}".`);
  }
  return {
    apiUrl: bare(apiUrl),
    key: env.DURABLE_ORDERS_KEY || undefined,
    paymentUrl: bare(PAYMENT_URL ?? `http://127.0.0.1:${PAYMENT_PORT}`),
    isColoured: isTerminal && !NO_COLOR,
  };
}

const bare = (url: string): string => url.replace(/\/+$/, '');
