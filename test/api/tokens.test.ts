import { hash } from 'node:crypto';
import { pino } from 'pino';
import { Issuer } from '../../src/access/issuer.ts';
import { ROLES_BY_NAME } from '../../src/access/role-claim.ts';
import { Tokens } from '../../src/access/tokens.ts';
import { byCredential } from '../../src/api/admission.ts';
import { aHolder, aKeyRing } from '../access/key-holders.ts';
import { AUDIENCE, RunningIssuer } from '../access/running-issuer.ts';
import { type Api, startApi } from './running-api.ts';

const shop = aHolder('shop');
let issuer: RunningIssuer;
let api: Api;
let logged = '';
beforeAll(async () => {
  issuer = await RunningIssuer.start();
  const roleClaim = { name: 'roles', roles: ROLES_BY_NAME };
  const tokens = new Tokens({ issuer: new Issuer(issuer.url), audience: AUDIENCE, roleClaim });
  const write = (line: string) => {
    logged += line;
  };
  const log = pino({ level: 'trace' }, { write });
  api = await startApi(undefined, { admission: byCredential(aKeyRing({ shop }), tokens), log });
});
afterAll(async () => {
  await api.close();
  await issuer.stop();
});

const as = async (name: string) => ({ Authorization: `Bearer ${await issuer.tokenOf(name)}` });

test('people come in by their token, in the role that it says, beside clients with keys', async () => {
  const { order_id } = (await api.place(undefined, shop.headers)).body;
  expect((await api.get(`/api/orders/${order_id}`, await as('ben'))).status).toBe(200);
  expect((await api.ask('POST', `/api/orders/${order_id}/cancel`, await as('ben'))).status).toBe(403);
  expect((await api.ask('POST', `/api/orders/${order_id}/cancel`, await as('ann'))).status).toBe(202);
  const { actions } = (await api.get(`/api/actions?order_id=${order_id}`, await as('ann'))).body;
  expect(actions).toMatchObject([{ by: 'oidc:ann' }]);
});

test('of somebody whose subject is an e-mail address the log has a hash, and the record the whole', async () => {
  const zebra = { ...(await as('zebra@people.example')), 'content-type': 'application/json' };
  const { order_id } = (await api.place(undefined, zebra)).body;
  expect((await api.ask('POST', `/api/orders/${order_id}/cancel`, zebra)).status).toBe(202);
  const filter = JSON.stringify({ status: 'held' });
  const { bulk_id } = (await api.ask('POST', '/api/failures/retry', zebra, filter)).body;
  expect((await api.ask('POST', `/api/bulk/${bulk_id}/pause`, zebra)).status).toBe(202);
  const events = ['order accepted', 'cancel asked for', 'bulk operation asked for', 'bulk operation changed'];
  const lines = logged.split('\n').filter((line) => events.some((event) => line.includes(event)));
  const digits = hash('sha256', 'zebra@people.example', 'hex').slice(0, 12);
  expect(lines.filter((line) => line.includes(`"client_id":"oidc:${digits}"`))).toHaveLength(events.length);
  expect(logged).not.toMatch(/zebra/i);
  const { actions } = (await api.get(`/api/actions?order_id=${order_id}`, zebra)).body;
  expect(actions).toMatchObject([{ by: 'oidc:zebra@people.example' }]);
});

test('somebody who is called like a client with a key is not that client', async () => {
  const { order_id } = (await api.place(undefined, shop.headers)).body;
  expect((await api.get(`/api/orders/${order_id}`, await as('shop'))).status).toBe(404);
});

test('somebody without a role here may do nothing', async () => {
  for (const path of ['/api/orders', '/api/failures', '/metrics'])
    expect((await api.get(path, await as('guest'))).status).toBe(403);
});

test('a token of nobody is 401', async () => {
  const { status, headers } = await api.get('/api/orders', { Authorization: `Bearer ${await issuer.tokenOf('ann')}x` });
  expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
});
