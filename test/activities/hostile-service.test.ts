import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Activities, PaymentCall } from '../../src/activities/contract.ts';
import { inventoryActivities } from '../../src/activities/inventory.ts';
import { notificationActivities } from '../../src/activities/notification.ts';
import { observed } from '../../src/activities/observed.ts';
import { paymentActivities } from '../../src/activities/payment.ts';
import { ServiceClient } from '../../src/activities/service-client.ts';
import { FAILURES, type FailureCode } from '../../src/domain/failures.ts';
import type { Log, LogFields } from '../../src/telemetry/log.ts';
import { type HostileService, http, startHostileService } from '../support/hostile-service.ts';
import { aDeduction, aNotification, aPayment, attempt, failureOf } from './in-activity.ts';

let service: HostileService;
let elsewhere: HostileService;
let logged: LogFields[];
let pay: (call?: PaymentCall, milliseconds?: number) => Promise<unknown>;
beforeAll(async () => {
  service = await startHostileService();
  elsewhere = await startHostileService();
  elsewhere.answer = (socket) => socket.write(http(200, PAID));
  const keep = (fields: LogFields) => void logged.push(fields);
  const { takePayment } = observed(
    paymentActivities(new ServiceClient('payment', service.url)) as unknown as Activities,
    { log: { info: keep, warn: keep } as unknown as Log, metrics: { step: () => {} }, onLeftFirstPass: () => {} },
  );
  pay = (call = aPayment(), startToCloseTimeoutMs = 2000) => attempt(takePayment, call, { startToCloseTimeoutMs });
});
beforeEach(() => {
  logged = [];
  service.received.length = 0;
  elsewhere.received.length = 0;
});
afterAll(async () => {
  await service.stop();
  await elsewhere.stop();
});

const PAID = JSON.stringify({ ok: true, payment_id: 'p-1', amount: 4200, currency: 'EUR' });
const answers = (...bytes: (string | Uint8Array)[]) => {
  service.answer = (socket) => {
    for (const each of bytes) socket.write(each);
  };
};
const paidBut = (changes: object) => http(200, JSON.stringify({ ...JSON.parse(PAID), ...changes }));

test('the reply of the contract is taken', async () => {
  answers(http(200, PAID));
  expect(await pay()).toEqual({ attempt: 1 });
});

describe('every call takes a reply that does not fit for a defect:', () => {
  const calls = (client: ServiceClient): Record<string, () => Promise<unknown>> => {
    const { deductStock, restoreStock } = inventoryActivities(client);
    const { takePayment, refundPayment, voidPayment } = paymentActivities(client);
    const { sendNotification } = notificationActivities(client, () =>
      Promise.reject(new Error('nothing was asked to be written')),
    );
    return {
      deductStock: () => attempt(deductStock, aDeduction()),
      restoreStock: () => attempt(restoreStock, aDeduction()),
      takePayment: () => attempt(takePayment, aPayment()),
      refundPayment: () => attempt(refundPayment, aPayment()),
      voidPayment: () => attempt(voidPayment, aPayment()),
      sendNotification: () => attempt(sendNotification, aNotification()),
    };
  };

  test.each(Object.keys(calls(new ServiceClient('none', 'http://127.0.0.1:1'))))('%s', async (name) => {
    const call = calls(new ServiceClient('service', service.url))[name] as () => Promise<unknown>;
    for (const reply of ['{}', '{"ok":"true"}', '{"ok":true,"captured":-1,"refunded":"1"}', '<html>Jane Doe</html>']) {
      if (name.match(/Stock|Notification/) && reply.startsWith('{"ok":true')) continue; // more than is needed fits
      answers(http(200, reply));
      const failure = await failureOf(call());
      expect([reply, failure.type, failure.nonRetryable]).toEqual([reply, 'service_contract', true]);
      expect(failure.message).not.toContain('Jane');
    }
  });
});

describe('a reply that does not fit is a defect, whose shape is in the log and whose values are not:', () => {
  test.each([
    ['a page', http(200, '<html>Jane Doe</html>', { 'Content-Type': 'text/html' }), 'not JSON'],
    ['nothing', http(200, ''), 'not JSON'],
    ['nothing, and says so', 'HTTP/1.1 204 X\r\n\r\n', 'not JSON'],
    ['JSON that ends early', http(200, PAID.slice(0, -1)), 'not JSON'],
    ['JSON twice', http(200, PAID + PAID), 'not JSON'],
    ['bytes that are no text', http(200, '\u0000\u0001\u0002'), 'not JSON'],
    ['null', http(200, 'null'), 'null'],
    [
      'a list of what would fit',
      http(200, `[${PAID}]`),
      '[{ok: boolean, payment_id: string, amount: number, currency: string}]',
    ],
    ['a text of what would fit', http(200, JSON.stringify(PAID)), 'string'],
    ['no', paidBut({ ok: false }), '{ok: boolean, payment_id: string, amount: number, currency: string}'],
    ['yes, as a text', paidBut({ ok: 'true' }), '{ok: string, payment_id: string, amount: number, currency: string}'],
    [
      'an amount as a text',
      paidBut({ amount: '4200' }),
      '{ok: boolean, payment_id: string, amount: string, currency: string}',
    ],
    ['a fraction', paidBut({ amount: 4200.5 }), '{ok: boolean, payment_id: string, amount: number, currency: string}'],
    [
      'everything inside another',
      http(200, `{"data":{"result":${PAID}}}`),
      '{data: {result: {ok: boolean, payment_id: string, amount: number, currency: string}}}',
    ],
    [
      'the customer as keys',
      http(200, '{"Jane Doe":1,"DE89 3704 0044":{"a\\u0007":null}}'),
      '{?: number, ?: {?: null}}',
    ],
    [
      'a prototype',
      http(200, `{"__proto__":${PAID}}`),
      '{__proto__: {ok: boolean, payment_id: string, amount: number, currency: string}}',
    ],
    ['keys that PostgreSQL does not store', http(200, '{"a\\u0000b":1,"\\ud800":2}'), '{?: number, ?: number}'],
    ['nesting without end', http(200, '['.repeat(20_000) + ']'.repeat(20_000)), '[[[…]]]'],
    [
      'keys without end',
      http(200, JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`k${n}`, n])))),
      /^\{(k\d+: number, ){20}…\}$/,
    ],
  ])('%s', async (_, bytes, shape) => {
    answers(bytes);
    const failure = await failureOf(pay());
    expect([failure.type, failure.nonRetryable]).toEqual(['service_contract', true]);
    expect(logged).toHaveLength(1);
    const { outcome, detail } = logged[0] as { outcome: string; detail: string };
    const [, told] = /^payment \/pay: the reply does not fit: (.*)$/s.exec(detail) ?? [];
    expect(told).toEqual(typeof shape === 'string' ? shape : expect.stringMatching(shape));
    expect([outcome, JSON.stringify(logged)]).toEqual([
      'service_contract',
      expect.not.stringMatching(/Jane|DE89|p-1|\\u0000/),
    ]);
  });

  test.each([
    ['another amount', paidBut({ amount: 1 })],
    ['another currency', paidBut({ currency: 'USD' })],
    ['no amount at all, negative', paidBut({ amount: -4200 })],
  ])('%s than asked for is a defect as well', async (_, bytes) => {
    answers(bytes);
    expect((await failureOf(pay())).type).toBe('service_contract');
  });
});

test('whatever JSON a service answers with, a payment is taken for done only by the reply of the contract', async () => {
  const nearly = fc.record(
    {
      ok: fc.constantFrom(true, false, 1),
      payment_id: fc.constantFrom('p', null),
      amount: fc.constantFrom(4200, 42, '4200'),
      currency: fc.constantFrom('EUR', 'eur'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.jsonValue(), nearly),
      fc.constantFrom(200, 201, 202, 206, 299),
      async (json, status) => {
        answers(http(status, JSON.stringify(json)));
        const outcome = await pay().then(
          () => 'done',
          (error) => error.type,
        );
        const reply = json as Record<string, unknown> | null;
        const fits =
          reply?.ok === true && reply.payment_id === 'p' && reply.amount === 4200 && reply.currency === 'EUR';
        expect(outcome).toBe(fits ? 'done' : 'service_contract');
      },
    ),
    { numRuns: 150 },
  );
});

test('whatever status it answers with, an answer but 2xx is one code of the table, and never a payment', async () => {
  const statuses = fc.integer({ min: 300, max: 999 });
  const bodies = fc.oneof(
    fc.constant(PAID),
    fc.constant('{"error":"card_declined"}'),
    fc.constant('<html>'),
    fc.json(),
  );
  await fc.assert(
    fc.asyncProperty(statuses, bodies, async (status, body) => {
      answers(http(status, body));
      const failure = await failureOf(pay());
      expect(Object.keys(FAILURES)).toContain(failure.type);
      expect(failure.nonRetryable).toBe(FAILURES[failure.type as FailureCode].kind !== 'unavailable');
    }),
    { numRuns: 150 },
  );
});

describe('why a service refuses is told in words, and nothing else of what it says:', () => {
  const refusal = async (status: number, error: unknown) => {
    answers(http(status, JSON.stringify({ error })));
    const { type, message } = await failureOf(pay());
    return { type, told: JSON.stringify([message, logged]) };
  };

  test.each([
    [409, 'refused'],
    [402, 'refused'],
    [400, 'service_rejected_call'],
  ])('under %i', async (status, code) => {
    const { type, told } = await refusal(status, 'limit_of_customer_reached');
    expect([type, told]).toEqual([code, expect.stringContaining(`/pay: ${status} limit_of_customer_reached`)]);
  });

  test.each<[string, unknown, string]>([
    ['what is before an @', 'jane.doe', 'refused'],
    ['the number of a card', '4111111111111111', 'refused'],
    ['the number of an account', 'DE89370400440532013000', 'refused'],
    ['a name', 'Jane', 'refused'],
    ['a name and a year', 'jane_doe_1980', 'refused'],
    ['a domain', 'shop-of-jane', 'refused'],
    ['a long text', 'jane_'.repeat(8).concat('d'), 'refused'],
    ['an address', 'jane@shop.example', 'service_rejected_call'],
    ['a sentence', 'Jane Doe has no money', 'service_rejected_call'],
    ['words and a line', 'declined\njane', 'service_rejected_call'],
    ['a list', ['jane'], 'service_rejected_call'],
  ])('not %s', async (_, error, code) => {
    for (const status of [409, 400]) {
      const { type, told } = await refusal(status, error);
      expect([type, told]).toEqual([
        status === 409 ? code : 'service_rejected_call',
        expect.not.stringMatching(/jane|doe|411111|DE8937/i),
      ]);
    }
  });
});

describe('a reply is bounded', () => {
  const BOMB = gzipSync(Buffer.alloc(50_000_000, ' '));
  const packed = (length: number) => http(200, '', { 'Content-Encoding': 'gzip', 'Content-Length': String(length) });
  test.each<[string, (socket: Socket) => void]>([
    ['in size', (socket) => socket.write(http(200, PAID.padEnd(100_000)))],
    [
      'in size, without an end',
      (socket) => flood(socket, http(200, '', { 'Content-Length': '1000000000000' }), 'x'.repeat(65_536)),
    ],
    [
      'in size, in chunks',
      (socket) =>
        flood(socket, 'HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n', `8000\r\n${' '.repeat(0x8000)}\r\n`),
    ],
    ['in size, unpacked', (socket) => socket.write(Buffer.concat([Buffer.from(packed(BOMB.length)), BOMB]))],
  ])('%s', async (_, answer) => {
    service.answer = answer;
    const before = process.memoryUsage().rss;
    const failure = await failureOf(pay(aPayment(), 10_000));
    expect([failure.type, failure.message]).toEqual(['service_contract', 'payment /pay: the reply is too large']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test.each([
    [503, 'service_overloaded'],
    [500, 'service_error'],
    [404, 'service_rejected_call'],
  ])('in size: a page of any length under %i is what its status says', async (status, code) => {
    answers(http(status, '<html>'.padEnd(200_000)));
    expect((await failureOf(pay())).type).toBe(code);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['that never comes', () => {}],
    ['that comes drop by drop', (socket) => flood(socket, http(200, '', { 'Content-Length': '1000' }), ' ', 20)],
    ['whose headers come drop by drop', (socket) => flood(socket, 'HTTP/1.1 200 X\r\n', 'X: y\r\n', 20)],
    ['that is shorter than it says', (socket) => socket.write(http(200, PAID, { 'Content-Length': '1000' }))],
    [
      'that is only announced, without end',
      (socket) => flood(socket, '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
    ],
  ])('in time: one %s', async (_, answer) => {
    service.answer = answer;
    const started = performance.now();
    const failure = await failureOf(pay(aPayment(), 400));
    expect(performance.now() - started).toBeLessThan(10_000); // none of them ends before 20 s by itself
    expect([failure.nonRetryable, failure.type]).toEqual([
      false,
      expect.stringMatching(/^service_(timeout|unreachable)$/),
    ]);
  });
});

describe('what is not HTTP as it should be is a service out of reach, and no payment', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['two lengths', http(200, PAID).replace('Content-Length', 'Content-Length: 1\r\nContent-Length')],
    ['a length and chunks', http(200, PAID, { 'Transfer-Encoding': 'chunked' })],
    ['headers of a megabyte', http(200, PAID, { X: 'x'.repeat(1_000_000) })],
    ['a chunk size that is none', 'HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'],
    ['what is not packed as it says', http(200, PAID, { 'Content-Encoding': 'gzip' })],
  ])('%s', async (_, bytes) => {
    answers(bytes);
    const failure = await failureOf(pay(aPayment(), 400));
    expect(failure.nonRetryable).toBe(false);
    expect(failure.message).not.toMatch(/127\.0\.0\.1|:\d{4,}/);
  });

  test('an answer that nobody has asked for is not taken for the next call’s', async () => {
    let calls = 0;
    service.answer = (socket) => {
      calls += 1;
      socket.write(calls === 1 ? http(500, '{}') + http(200, PAID) : http(503, '{}'));
    };
    expect((await failureOf(pay())).type).toBe('service_error');
    expect((await failureOf(pay())).type).toMatch(/^service_(overloaded|unreachable)$/);
  });
});

describe('only the configured service is called', () => {
  test.each([301, 302, 303, 307, 308])(
    'a redirect with %i to another host is a defect, and is not followed',
    async (status) => {
      answers(http(status, PAID, { Location: `${elsewhere.url}/pay` }));
      const failure = await failureOf(pay());
      expect([failure.type, failure.nonRetryable]).toEqual(['service_rejected_call', true]);
      expect(elsewhere.received).toEqual([]);
      expect(service.received).toHaveLength(1);
    },
  );

  test.each([
    ['a refresh', { Refresh: 'URL' }],
    ['another service of the same name', { 'Alt-Svc': 'h2="HOST"' }],
    ['a link', { Link: '<URL/pay>; rel=preload' }],
    ['a location without a redirect', { 'Content-Location': 'URL/pay', Location: 'URL/pay' }],
  ])('%s is not followed', async (_, headers) => {
    const aimed = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('URL', elsewhere.url).replace('HOST', new URL(elsewhere.url).host),
    ]);
    answers(http(200, PAID, Object.fromEntries(aimed)));
    await pay();
    await pay();
    expect(elsewhere.received).toEqual([]);
  });

  test('whatever an order holds: it goes into the body and never into the address or the headers', async () => {
    answers(http(200, PAID));
    const evil = `x\r\nHost: ${new URL(elsewhere.url).host}\r\n/../@${elsewhere.url}?#`;
    await failureOf(pay(aPayment({ currency: evil, paymentMethod: evil }))); // another currency than asked for
    const [head = '', body = ''] = (service.received[0] as string).split('\r\n\r\n');
    expect(head).toMatch(/^POST \/pay HTTP\/1\.1\r\n/);
    expect(head).not.toContain(new URL(elsewhere.url).host);
    expect(JSON.parse(body).payment_method).toBe(evil);
    expect(elsewhere.received).toEqual([]);
  });

  test('a cookie that it sets is not sent back', async () => {
    answers(http(200, PAID, { 'Set-Cookie': 'session=1' }));
    await pay();
    await pay();
    expect(service.received.join()).not.toMatch(/cookie/i);
  });
});

/** Sends the same without end, as fast as it is taken. */
function flood(socket: Socket, begin: string, more: string, every = 1): void {
  socket.write(begin);
  const timer = setInterval(() => {
    if (!socket.writableNeedDrain) socket.write(more);
  }, every);
  socket.on('close', () => clearInterval(timer));
}
