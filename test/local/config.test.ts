import { expect, test } from '@jest/globals';
import { hasOwnTemporal, settingsFrom } from '../../local/config.ts';

test('everything that is wrong is said at once, with what was given', () => {
  const wrong = { PORT: 'abc', METRICS_PORT: '70000', DATABASE_URL: 'mysql://db', PAYMENT_URL: 'payment:80' };
  expect(() => settingsFrom(wrong)).toThrow(
    [
      'PORT must be a port, not "abc".',
      'METRICS_PORT must be a port from 1 to 65535, not "70000".',
      'DATABASE_URL must be a postgres:// URL, not "mysql://db".',
      'PAYMENT_URL must be an http:// or https:// URL, not "payment:80".',
    ].join('\n'),
  );
});

test('an empty variable is one that is not set', () => {
  const settings = settingsFrom({ PORT: '', DATABASE_URL: '', TEMPORAL_ADDRESS: '' });
  expect(settings).toMatchObject({ PORT: 3000, POSTGRES_PORT: 5433 });
  expect(settings.DATABASE_URL).toBeUndefined();
  expect(hasOwnTemporal(settings)).toBe(false);
});

test.each(['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'])('%s says where Temporal is', (name) => {
  expect(hasOwnTemporal(settingsFrom({ [name]: 'somewhere' }))).toBe(true);
});

test('a namespace alone does not', () => {
  expect(hasOwnTemporal(settingsFrom({ TEMPORAL_NAMESPACE: 'orders' }))).toBe(false);
});
