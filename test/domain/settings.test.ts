import { apiSettings, milliseconds, readSettings, SettingsError, workerSettings } from '../../src/config.ts';

const DATABASE_URL = 'postgres://somebody@127.0.0.1:5432/orders';
const complaint = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
};

describe('settings', () => {
  test('need the database only; all else has a default', () => {
    expect(readSettings(apiSettings, { DATABASE_URL })).toMatchObject({ PORT: 3000, HOST: '127.0.0.1' });
    expect(readSettings(workerSettings, { DATABASE_URL })).toMatchObject({ STEP_PATIENCE: '10m', HOLD_LIMIT: '7d' });
  });

  test('come in their own kinds: numbers as numbers, URLs without a slash at the end', () => {
    const env = { DATABASE_URL, MAX_IN_FLIGHT: '7', PAYMENT_URL: 'https://pay.example/v1//' };
    expect(readSettings(workerSettings, env)).toMatchObject({
      MAX_IN_FLIGHT: 7,
      PAYMENT_URL: 'https://pay.example/v1',
    });
  });

  test('that are empty count as not set', () => {
    expect(readSettings(apiSettings, { DATABASE_URL, PORT: '' }).PORT).toBe(3000);
    expect(complaint(() => readSettings(apiSettings, { DATABASE_URL: '' }))).toContain('DATABASE_URL is not set');
  });

  test('that are wrong are listed all at once, each with its name', () => {
    const env = {
      DATABASE_URL: 'mysql://x/y',
      STEP_PATIENCE: '10 minutes',
      METRICS_PORT: '70000',
      MAX_IN_FLIGHT: '0',
      PAYMENT_URL: 'ftp://x',
      LOG_LEVEL: 'loud',
    };
    const message = complaint(() => readSettings(workerSettings, env));
    for (const name of Object.keys(env)) expect(message).toMatch(new RegExp(`^ {2}${name}: \\S`, 'm'));
    expect(message.split('\n')).toHaveLength(1 + Object.keys(env).length);
  });

  test.each(['abc', '1.5', '-1'])('do not take %s for a port', (PORT) => {
    expect(complaint(() => readSettings(apiSettings, { DATABASE_URL, PORT }))).toContain('PORT:');
  });

  test.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1'])('let an API without keys listen on %s', (HOST) => {
    expect(readSettings(apiSettings, { DATABASE_URL, HOST }).HOST).toBe(HOST);
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '127.0.0.1.example', 'api'])(
    'let an API on %s start with keys or an issuer only',
    (HOST) => {
      const env = { DATABASE_URL, HOST };
      expect(complaint(() => readSettings(apiSettings, env))).toContain('HOST: beyond loopback the API needs keys');
      expect(complaint(() => readSettings(apiSettings, { ...env, API_KEYS: '' }))).toContain('HOST:');
      for (const keys of [
        { API_KEYS_FILE: 'keys' },
        { API_KEYS: 'x' },
        { OIDC_ISSUER: 'https://id.x', OIDC_AUDIENCE: 'y' },
      ])
        expect(readSettings(apiSettings, { ...env, ...keys }).HOST).toBe(HOST);
    },
  );

  test('say what roles a claim means, and how many requests a caller may send', () => {
    const env = { DATABASE_URL, OIDC_ROLES: 'order-admins=operator, staff=viewer', RATE_LIMIT: '6000/1m' };
    expect(readSettings(apiSettings, env)).toMatchObject({
      OIDC_ROLES: { 'order-admins': 'operator', staff: 'viewer' },
      RATE_LIMIT: { requests: 6000, windowMs: 60_000 },
    });
    for (const OIDC_ROLES of ['staff', 'staff=admin', '=viewer', 'a=viewer=b'])
      expect(complaint(() => readSettings(apiSettings, { DATABASE_URL, OIDC_ROLES }))).toContain('OIDC_ROLES: must be');
    for (const RATE_LIMIT of ['100', '0/1s', '100/s', '1/500ms', '-1/1s'])
      expect(complaint(() => readSettings(apiSettings, { DATABASE_URL, RATE_LIMIT }))).toContain('RATE_LIMIT: must be');
  });

  test('never show a value, which may be a secret', () => {
    expect(complaint(() => readSettings(apiSettings, { DATABASE_URL: 'https://u:s3cret@x' }))).not.toContain('s3cret');
  });
});

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['10m', 600_000],
  ['12h', 43_200_000],
  ['7d', 604_800_000],
])('a duration of %s is %i ms', (duration, expected) => expect(milliseconds(duration)).toBe(expected));
