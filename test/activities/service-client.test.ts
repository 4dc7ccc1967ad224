import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CancelledFailure } from '@temporalio/activity';
import { z } from 'zod';
import { ServiceClient } from '../../src/activities/service-client.ts';
import { TRACE_ID, TRACEPARENT } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { anAttempt, attempt, failureOf } from './in-activity.ts';

let server: Server;
let answer: RequestListener;
let seen: IncomingMessage[];
let client: ServiceClient;
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = new ServiceClient('some', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(() => {
  seen = [];
  answer = (_, response) => response.end('{"ok":true}');
});
afterAll(async () => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

const reply = z.object({ ok: z.literal(true) });
const CALL = { orderId: 'o-1', traceparent: TRACEPARENT };
const doIt = (call: typeof CALL) => client.post({ path: '/do', call, step: 'do:1', body: { a: 1 }, reply });
const post = (info?: object) => attempt(doIt, CALL, info);
const answersWith = (status: number, headers: Record<string, string> = {}, body = '{"error":"x"}') => {
  answer = (_, response) => response.writeHead(status, headers).end(body);
};

describe('every call', () => {
  test('is a POST of JSON under the key of order and step', async () => {
    let body = '';
    answer = async (request, response) => {
      body = await text(request);
      response.end('{"ok":true}');
    };
    await post();
    const [request] = seen;
    expect([request?.method, request?.url, body]).toEqual(['POST', '/do', '{"a":1}']);
    expect(request?.headers).toMatchObject({ 'idempotency-key': 'o-1:do:1', 'content-type': 'application/json' });
  });

  test('stays in the order’s trace, under a span of its own', async () => {
    await post();
    await post();
    const parents = seen.map(({ headers }) => String(headers.traceparent).split('-'));
    expect(parents.map(([, trace]) => trace)).toEqual([TRACE_ID, TRACE_ID]);
    expect(new Set([TRACEPARENT.split('-')[2], ...parents.map(([, , span]) => span)]).size).toBe(3);
  });
});

test('a call that is cancelled is aborted at once, and is cancelled, not failed', async () => {
  const closed = new Promise((resolve) => {
    answer = (_, response) => response.on('close', resolve);
  });
  const environment = anAttempt({ startToCloseTimeoutMs: 20_000 });
  const outcome = environment.run(doIt, CALL).catch((error: unknown) => error);
  await until(() => seen.length === 1);
  environment.cancel('CANCELLED');
  expect(await outcome).toBeInstanceOf(CancelledFailure);
  await closed;
});

describe('what is no answer of the contract is a defect', () => {
  test.each<[string, number, Record<string, string>, string, string]>([
    ['a redirect', 302, { location: '/elsewhere' }, '', 'service_rejected_call'],
    ['a page', 200, {}, '<html>', 'service_contract'],
    ['nothing', 200, {}, '', 'service_contract'],
    ['null', 200, {}, 'null', 'service_contract'],
    ['a list', 200, {}, '[]', 'service_contract'],
    ['a conflict that does not say why', 409, {}, '', 'service_rejected_call'],
    ['too much', 200, {}, `{"ok":true,"rest":"${'x'.repeat(70_000)}"}`, 'service_contract'],
  ])('%s', async (_, status, headers, body, code) => {
    answersWith(status, headers, body);
    const failure = await failureOf(post());
    expect([failure.type, failure.nonRetryable]).toEqual([code, true]);
    expect(seen).toHaveLength(1);
  });

  test('a reply without end is not read to its end', async () => {
    answer = (_, response) => {
      const more = setInterval(() => response.write('x'.repeat(16_384)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect((await failureOf(post({ startToCloseTimeoutMs: 10_000 }))).message).toContain('too large');
  });

  test('tells of a reply its shape and none of its values', async () => {
    answersWith(200, {}, '{"ok":"no","iban":"DE89370400440532013000"}');
    const { message } = await failureOf(post());
    expect(message).toContain('ok: string');
    expect(message).not.toContain('DE89');
  });
});

test.each([
  ['another service’s word for no', 409, 'limit_reached', 'refused'],
  ['one of ours', 402, 'card_declined', 'card_declined'],
  ['one of ours that is no refusal', 409, 'service_timeout', 'refused'],
  ['a name that every object has', 409, 'constructor', 'refused'],
])('a refusal with %s is a refusal', async (_, status, error, code) => {
  answersWith(status, {}, JSON.stringify({ error }));
  const failure = await failureOf(post());
  expect([failure.type, failure.nonRetryable]).toEqual([code, true]);
});

test('a reply that stops half-way is a service out of reach, or out of time', async () => {
  answer = (_, response) =>
    void response.writeHead(200, { 'content-length': '100' }).write('{"ok"', () => response.destroy());
  expect((await failureOf(post())).type).toBe('service_unreachable');
  answer = (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{"ok"');
  expect((await failureOf(post({ startToCloseTimeoutMs: 400 }))).type).toBe('service_timeout');
});

describe('Retry-After', () => {
  const delayFor = async (header: string): Promise<number | undefined> => {
    answersWith(503, { 'retry-after': header });
    return (await failureOf(post())).nextRetryDelay as number | undefined;
  };

  test('in seconds is obeyed, ten minutes at most', async () => {
    expect([await delayFor('3'), await delayFor('86400')]).toEqual([3000, 600_000]);
  });

  test('as a date is obeyed', async () => {
    const delay = Number(await delayFor(new Date(Date.now() + 30_000).toUTCString()));
    expect(delay).toBeGreaterThan(28_000);
    expect(delay).toBeLessThanOrEqual(30_000);
  });

  test.each(['0', '-5', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT'])(
    '%s leaves the pause to our own policy, and does not make it none',
    async (header) => expect(await delayFor(header)).toBeUndefined(),
  );
});
