import { readSettings, workerSettings } from '../../src/config.ts';
import { SECRET } from './receiver.ts';

const read = (env: NodeJS.ProcessEnv) => readSettings(workerSettings, { DATABASE_URL: 'postgres://a@b/c', ...env });

test('the review takes place at six and is logged only, where nothing is set', () => {
  expect(read({})).toMatchObject({ REVIEW_SCHEDULE: '0 6 * * *' });
  expect(read({})).not.toHaveProperty('REVIEW_WEBHOOK_URL');
});

test('a webhook keeps its address to the letter: another one may not be there', () => {
  const env = { REVIEW_WEBHOOK_URL: 'https://hooks.example/a/', REVIEW_WEBHOOK_SECRET: SECRET };
  expect(read(env)).toMatchObject(env);
});

test.each([
  ['REVIEW_SCHEDULE', 'daily'],
  ['REVIEW_SCHEDULE', '6 * *'],
  ['REVIEW_WEBHOOK_URL', 'hooks.example'],
  ['REVIEW_WEBHOOK_SECRET', 'whsec_c2hvcnQ='],
  ['REVIEW_WEBHOOK_SECRET', 'a secret that is not encoded'],
  ['WORKER_DEPLOYMENT', 'orders.v1'],
])('%s does not take %p', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(`${name}: `);
});
