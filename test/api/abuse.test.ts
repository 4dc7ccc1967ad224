import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { anItemsBody, anOrderBody } from '../support/orders.ts';
import { type Api, type Headed, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const JSON_BODY = { 'content-type': 'application/json' };
const ORDER = '"product_id":"sku-1","quantity":2';
const TOO_LARGE = '413 body_too_large :too_big';
const NOT_UNPACKED = '415 unsupported_media_type /Content-Encoding:unsupported';

/** What is answered to bytes as a body, as `status code pointer:field-code …`. */
async function send(body: string | Uint8Array, headers: Headed = JSON_BODY, path = '/api/orders'): Promise<string> {
  const bytes = typeof body === 'string' ? new Uint8Array(Buffer.from(body)) : body;
  const response = await fetch(api.url + path, { method: 'POST', headers, body: bytes });
  return await said(response);
}

/**
 * Whatever was sent and is refused for it is pointed at. What never became a request (400 `malformed_request`, 408, 431:
 * connections.test.ts) has nothing that could be.
 */
async function said(response: Response): Promise<string> {
  // biome-ignore lint/suspicious/noExplicitAny: whatever it is
  const answer = (await response.json()) as any;
  if (response.ok) return `${response.status}`;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const errors = (answer.errors ?? []).map((error: Record<string, string>) => `${error.pointer}:${error.code}`);
  expect([answer.code, errors]).toEqual([
    answer.code,
    expect.arrayContaining([expect.stringMatching(/^(\/.*)?:\w+$/s)]),
  ]);
  return [response.status, answer.code, ...errors].join(' ');
}

afterEach(async () => {
  expect((await api.get('/health/live')).status).toBe(200);
});

describe('a body', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['that says the amount twice', `{${ORDER},"amount":1,"amount":4200}`, '400 invalid_json /amount:repeated_name'],
    [
      'that says it twice in disguise',
      `{${ORDER},"amount":1,"\\u0061mount":2}`,
      '400 invalid_json /amount:repeated_name',
    ],
    ['that is nested without end', '['.repeat(200_000), `400 invalid_json ${'/0'.repeat(16)}:too_deep`],
    [
      'that is nested without end in a field',
      `{${ORDER},"amount":${'{"a":'.repeat(40_000)}`,
      `400 invalid_json /amount${'/a'.repeat(15)}:too_deep`,
    ],
    ['that is UTF-16', new Uint8Array(Buffer.from(`{${ORDER},"amount":1}`, 'utf16le')), '400 invalid_json :malformed'],
    [
      'that begins with a byte order mark of UTF-16',
      new Uint8Array([0xff, 0xfe, 0x7b, 0x00]),
      '400 invalid_json :not_utf8',
    ],
    [
      'that is Latin-1',
      new Uint8Array(Buffer.from('{"product_id":"caf\u00e9","quantity":1,"amount":1}', 'latin1')),
      '400 invalid_json :not_utf8',
    ],
    [
      'with an overlong NUL',
      new Uint8Array([...Buffer.from('{"product_id":"'), 0xc0, 0x80, ...Buffer.from('"}')]),
      '400 invalid_json :not_utf8',
    ],
    [
      'with half a surrogate pair as bytes',
      new Uint8Array([...Buffer.from('{"product_id":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
      '400 invalid_json :not_utf8',
    ],
    ['of nothing but NUL', '\u0000'.repeat(1000), '400 invalid_json :malformed'],
    ['with a comment', `{${ORDER},"amount":1/* */}`, '400 invalid_json :malformed'],
    ['with a comma too many', `{${ORDER},"amount":1,}`, '400 invalid_json :malformed'],
    ['with a value that JSON has not', `{${ORDER},"amount":NaN}`, '400 invalid_json :malformed'],
    ['with a number that begins with 0', `{${ORDER},"amount":0100}`, '400 invalid_json :malformed'],
    ['with a hexadecimal number', `{${ORDER},"amount":0x10}`, '400 invalid_json :malformed'],
    ['of two orders', `{${ORDER},"amount":1}{${ORDER},"amount":1}`, '400 invalid_json :malformed'],
    ['of lines', `{${ORDER},"amount":1}\n{${ORDER},"amount":1}`, '400 invalid_json :malformed'],
    ['that is a form', 'product_id=sku-1&quantity=2&amount=4200', '400 invalid_json :malformed'],
    [
      'that is XML',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><order>&e;</order>',
      '400 invalid_json :malformed',
    ],
  ])('%s is refused', async (_, body, expected) => {
    expect(await send(body)).toBe(expected);
    expect(await rowsIn(api.db)).toBe(0);
  });

  test('with the byte order mark of UTF-8, which some clients write, is taken', async () => {
    expect(await send(`\ufeff${JSON.stringify(anOrderBody())}`)).toBe('201');
  });

  test.each(['utf-16', 'utf-16le', 'utf-32', 'utf-7', 'x', '"utf-8; x"'])(
    'in the charset %s is refused',
    async (charset) => {
      const answer = await send(JSON.stringify(anOrderBody()), {
        'content-type': `application/json; charset=${charset}`,
      });
      expect(answer).toBe('415 unsupported_media_type /Content-Type:unsupported');
    },
  );

  test.each(['gzip, gzip', 'x-gzip', 'compress', 'aws-chunked'])('packed as %s is refused', async (encoding) => {
    expect(await send('{}', { ...JSON_BODY, 'content-encoding': encoding })).toBe(NOT_UNPACKED);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, order: string, bomb: string]>([
    ['gzip', gzipSync, '201', TOO_LARGE],
    ['deflate', deflateSync, NOT_UNPACKED, NOT_UNPACKED],
    ['br', brotliCompressSync, NOT_UNPACKED, NOT_UNPACKED],
    ['zstd', zstdCompressSync, NOT_UNPACKED, NOT_UNPACKED],
  ])('packed by %s is unpacked as far as it may be, or not at all', async (encoding, pack, order, bomb) => {
    const packed = (bytes: Uint8Array) => send(pack(bytes), { ...JSON_BODY, 'content-encoding': encoding });
    expect(await packed(Buffer.from(JSON.stringify(anOrderBody())))).toBe(order);
    expect(await packed(Buffer.alloc(20_000_000, ' '))).toBe(bomb);
    expect(await rowsIn(api.db)).toBe(order === '201' ? 1 : 0);
  });

  test('that is not packed as it says is refused', async () => {
    const answer = await send(JSON.stringify(anOrderBody()), { ...JSON_BODY, 'content-encoding': 'gzip' });
    expect(answer).toBe('400 invalid_json :malformed');
  });

  test('that is too large is refused, whether or not it is JSON', async () => {
    for (const body of [JSON.stringify(anOrderBody()).padEnd(300_000), 'x'.repeat(300_000)])
      expect(await send(body)).toBe(TOO_LARGE);
  });

  test('of another media type is refused', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/json-seq'])
      expect(await send('{}', { 'content-type': type })).toBe('415 unsupported_media_type /Content-Type:unsupported');
  });
});

describe('money', () => {
  test.each([
    ['a float', '42.5', '/amount:wrong_type'],
    ['a float that rounds to a whole number', '4200.00000000000001', null],
    ['a sum with a rounding error', '0.30000000000000004', null],
    ['the smallest fraction', '5e-324', '/amount:wrong_type'],
    ['what rounds to nothing', '1e-400', '/amount:too_small'],
    ['nothing', '0', '/amount:too_small'],
    ['nothing, negative', '-0', '/amount:too_small'],
    ['less than nothing', '-4200', '/amount:too_small'],
    ['more than doubles hold', '1e400', '/amount:wrong_type'],
    ['more than doubles hold exactly', '9007199254740993', '/amount:too_big'],
    ['more than an order may cost', '1000000000001', '/amount:too_big'],
    ['a text', '"4200"', '/amount:wrong_type'],
    ['a text with a sign', '"$42.00"', '/amount:wrong_type'],
    ['a list', '[4200]', '/amount:wrong_type'],
    ['an object', '{"value":4200}', '/amount:wrong_type'],
    ['true', 'true', '/amount:wrong_type'],
    ['null', 'null', '/amount:wrong_type'],
  ])('as %s is refused', async (_, amount, expected) => {
    const answer = await send(`{${ORDER},"amount":${amount}}`);
    expect(answer).toMatch(expected === null ? /^400 invalid_json \/amount:inexact$/ : /^400 invalid_order /);
    for (const error of answer.split(' ').slice(2)) expect(error).toMatch(/^\/amount:/);
    if (expected) expect(answer).toContain(expected);
    expect(await rowsIn(api.db)).toBe(0);
  });

  test('of items may not overflow, line by line or in sum', async () => {
    const line = (n: number) => ({ product_id: `p${n}`, quantity: 1_000_000, unit_amount: 1_000_000_000_000 });
    expect(await send(JSON.stringify({ items: [line(1)] }))).toBe('400 invalid_order /items:too_big');
    expect(await send(JSON.stringify({ items: Array.from({ length: 100 }, (_, n) => line(n)) }))).toBe(
      '400 invalid_order /items:too_big',
    );
  });

  test('may be written in any way that is exact', async () => {
    for (const amount of ['4200', '4200.0', '42e2', '0.42E+4'])
      expect([amount, await send(`{${ORDER},"amount":${amount}}`)]).toEqual([amount, '201']);
  });
});

describe('a field', () => {
  test.each<[string, object, string]>([
    ['that is a huge text', anOrderBody({ product_id: 'x'.repeat(200_000) }), '/product_id:too_big'],
    ['that is a huge name', anOrderBody({ ['x'.repeat(200_000)]: 1 }), `/${'x'.repeat(200_000)}:unknown_field`],
    ['that is a list of thousands', { items: Array(50_000).fill(1) }, '/items:too_big'],
    ['with an escape of a terminal', anOrderBody({ product_id: '\u001b[31m' }), '/product_id:invalid_format'],
    ['with a header in it', anOrderBody({ payment_method: 'a\r\nX-Evil: 1' }), '/payment_method:invalid_format'],
    ['with half a surrogate pair', anOrderBody({ customer: { id: '\ud800' } }), '/customer/id:invalid_format'],
    ['that is a prototype', JSON.parse(`{${ORDER},"amount":1,"__proto__":{"amount":2}}`), '/__proto__:unknown_field'],
    ['that is a constructor', anOrderBody({ constructor: { prototype: {} } }), '/constructor:unknown_field'],
    [
      'of metadata that is a prototype',
      JSON.parse(`{${ORDER},"amount":1,"metadata":{"__proto__":"v"}}`),
      '/metadata/__proto__:invalid_format',
    ],
    [
      'of a customer that is a prototype',
      JSON.parse(`{${ORDER},"amount":1,"customer":{"__proto__":{}}}`),
      '/customer/__proto__:unknown_field',
    ],
    ['that asks for a status', anOrderBody({ status: 'confirmed' }), '/status:unknown_field'],
    ['that asks for an id', anOrderBody({ order_id: uuidv7() }), '/order_id:unknown_field'],
  ])('%s is pointed at', async (_, body, expected) => {
    const answer = await send(JSON.stringify(body));
    expect(answer.slice(0, 18)).toBe('400 invalid_order ');
    expect(answer.split(' ')).toContain(expected);
    expect(await rowsIn(api.db)).toBe(0);
  });

  test('like SQL or a template is text like any other', async () => {
    const product_id = "'; DROP TABLE orders; -- {{7*7}} %s \\";
    const { body } = await api.place(anOrderBody({ product_id, metadata: { $where: '1', constructor: 'c' } }));
    expect((await api.get(`/api/orders/${body.order_id}`)).body).toMatchObject({
      items: [{ product_id, quantity: 2 }],
      metadata: { $where: '1', constructor: 'c' },
    });
  });

  test('in any language comes back as it was sent', async () => {
    const product_id = '\u202eabc ﷺ 🏳️‍🌈 \uffff é e\u0301';
    const { body } = await api.place(anOrderBody({ product_id }));
    expect((await api.get(`/api/orders/${body.order_id}`)).body.items[0].product_id).toBe(product_id);
  });
});

test('what is wrong in thousands of places is answered with the first hundred', async () => {
  const fields = Array.from({ length: 20_000 }, (_, n) => [`n${n}`, 0]);
  const { status, body } = await api.place(Object.fromEntries(fields));
  expect([status, body.errors.length]).toEqual([400, 100]);
});

describe('an idempotency key', () => {
  test.each([
    [
      'twice',
      [
        ['Idempotency-Key', 'a'],
        ['Idempotency-Key', 'b'],
      ],
    ],
    ['of control characters', [['Idempotency-Key', 'a\tb']]],
    ['of 8,000 characters', [['Idempotency-Key', 'k'.repeat(8000)]]],
    ['of bytes that are no ASCII', [['Idempotency-Key', '\u00ff\u00fe']]],
    ['of quotes alone', [['Idempotency-Key', '""']]],
  ] as [string, [string, string][]][])('that comes %s is refused', async (_, headers) => {
    const answer = await fetch(`${api.url}/api/orders`, {
      method: 'POST',
      headers: [['content-type', 'application/json'], ...headers],
      body: JSON.stringify(anOrderBody()),
    });
    expect(await said(answer)).toBe('400 invalid_idempotency_key /Idempotency-Key:invalid_format');
  });

  test('of one client is no way to learn of another’s orders', async () => {
    await api.place(anOrderBody({ amount: 1 }), { 'Idempotency-Key': 'guess', 'X-Client-Id': 'a' });
    const { status, body } = await api.place(anOrderBody({ amount: 2 }), {
      'Idempotency-Key': 'guess',
      'X-Client-Id': 'b',
    });
    expect([status, body.status]).toEqual([201, 'accepted']);
  });

  test('is text: a name that every object has is a key like any other', async () => {
    for (const key of ['__proto__', 'constructor', 'toString'])
      expect((await api.place(anItemsBody(), { 'Idempotency-Key': key })).status).toBe(201);
  });

  test('that many other orders are tried under keeps the first', async () => {
    const first = await api.place(anOrderBody(), { 'Idempotency-Key': 'k' });
    const others = await Promise.all(
      Array.from({ length: 50 }, (_, n) => api.place(anOrderBody({ amount: n + 1 }), { 'Idempotency-Key': 'k' })),
    );
    for (const { status, body } of others)
      expect([status, body.errors]).toEqual([
        422,
        [expect.objectContaining({ pointer: '/Idempotency-Key', code: 'reused' })],
      ]);
    expect((await api.place(anOrderBody(), { 'Idempotency-Key': 'k' })).body).toEqual(first.body);
    expect(await rowsIn(api.db)).toBe(1);
  });
});

describe('a header', () => {
  test.each([
    ['X-Client-Id', 'a b', '400 invalid_parameter /X-Client-Id:invalid_format'],
    ['X-Client-Id', 'x'.repeat(65), '400 invalid_parameter /X-Client-Id:invalid_format'],
    ['X-Client-Id', '../admin', '400 invalid_parameter /X-Client-Id:invalid_format'],
    ['X-Client-Id', '', '400 invalid_parameter /X-Client-Id:invalid_format'],
  ])('%s: %s is refused, where it is used and where it is not', async (name, value, expected) => {
    expect(await send(JSON.stringify(anOrderBody()), { ...JSON_BODY, [name]: value })).toBe(expected);
    expect(await said(await fetch(`${api.url}/api/failures`, { headers: { [name]: value } }))).toBe(expected);
  });

  test.each([
    ['Prefer', 'wait=99999999999999999999999999x'],
    ['Prefer', `wait${'='.repeat(4000)}`],
    ['Prefer', `${'wait,'.repeat(2000)}`],
    ['Accept-Language', `${'a-b-c;q=0.1,'.repeat(1000)}en`],
    ['Accept-Language', '*;q=-1'],
    ['Accept', 'nothing/at-all'],
    ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['traceparent', '../../etc/passwd'],
    ['tracestate', 'x'.repeat(4000)],
    ['X-Forwarded-For', "127.0.0.1' OR 1=1"],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['Range', 'bytes=0-1,2-3'],
    ['If-None-Match', '*'],
  ])('%s that makes no sense changes nothing', async (name, value) => {
    const started = performance.now();
    expect(await send(JSON.stringify(anOrderBody()), { ...JSON_BODY, [name]: value })).toBe('201');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('an address', () => {
  const id = uuidv7();
  test.each([
    [`/api/orders/${id}%00`, 404],
    [`/api/orders/${id}%0d%0aX-Evil:1`, 404],
    ['/api/orders/%c0%af', 404],
    ['/api/orders/%', 404],
    ['/api/orders/..%2f..%2fetc%2fpasswd', 404],
    [`/api/orders/${'x'.repeat(8000)}`, 404],
    ['/api/orders/__proto__', 404],
    ['/api/orders/{id}', 404],
    ['/docs/..%2f..%2fpackage.json', 404],
    ['/docs/%2e%2e/%2e%2e/package.json', 404],
    ['/docs/package.json%00.css', 404],
    ['/API/Orders/../health', 404],
    [`/api/bulk/${id}/items`, 404],
    ['/.env', 404],
    ['/.git/config', 404],
  ])('%s is of nothing', async (path, expected) => {
    const { status, headers } = await api.ask('GET', path);
    expect([status, headers.get('content-type')]).toEqual([expected, 'application/problem+json; charset=utf-8']);
    expect([...headers.keys()]).not.toContain('x-evil');
  });

  test.each([
    ['/api/orders?limit=', '/limit:wrong_type'],
    ['/api/orders?limit=1e2', '/limit:wrong_type'],
    ['/api/orders?limit=0x10', '/limit:wrong_type'],
    ['/api/orders?limit=%2050', '/limit:wrong_type'],
    ['/api/orders?limit=-1', '/limit:too_small'],
    ['/api/orders?limit=1.5', '/limit:wrong_type'],
    ['/api/orders?limit=99999999999999999999', '/limit:wrong_type'],
    ['/api/orders?limit=1&limit=2', '/limit:wrong_type'],
    ['/api/orders?limit[]=1', '/limit[]:unknown_field'],
    ['/api/orders?status[$ne]=held', '/status[$ne]:unknown_field'],
    ['/api/orders?__proto__=1', '/__proto__:unknown_field'],
    ['/api/orders?status=held%00', '/status:invalid_format'],
    ['/api/orders?cursor=%00', '/cursor:invalid_format'],
    ["/api/orders?cursor=' OR '1'='1", '/cursor:invalid_format'],
    ['/api/orders?failure_code=', '/failure_code:invalid_format'],
    ['/api/actions?by=%00', '/by:invalid_format'],
    ['/api/actions?by=', '/by:too_small'],
    ['/api/actions?order_id=1', '/order_id:invalid_format'],
    ['/api/bulk?cursor=1', '/cursor:invalid_format'],
  ])('%s is refused, and says where', async (path, expected) => {
    const { status, body } = await api.get(path);
    const errors = body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer}:${code}`);
    expect([status, body.code, errors]).toEqual([
      400,
      'invalid_parameter',
      [expected.replace('wrong_type', 'invalid_format')],
    ]);
  });

  test('with thousands of parameters is answered as fast as any other', async () => {
    const started = performance.now();
    const { status } = await api.get(`/api/orders?${Array.from({ length: 1500 }, (_, n) => `p${n}=1`).join('&')}`);
    expect([status, performance.now() - started < 5000]).toEqual([400, true]);
  });

  test('of a page that is not there is an empty page', async () => {
    await api.place();
    const first = '00000000-0000-0000-0000-000000000000';
    expect((await api.get(`/api/orders?cursor=${first}`)).body).toEqual({ orders: [], next_cursor: null });
  });

  test('of items past the end of every bulk is an empty page, and past every number is refused', async () => {
    const { bulk_id } = (await api.ask('POST', '/api/failures/retry', JSON_BODY, '{"status":"held"}')).body;
    const items = (cursor: string) => api.get(`/api/bulk/${bulk_id}/items?cursor=${cursor}`);
    expect((await items('2147483647')).body).toEqual({ items: [], next_cursor: null });
    for (const cursor of ['2147483648', '9007199254740991', '-1', '1e9'])
      expect(await items(cursor)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/cursor' }] } });
  });
});

test.each(['/api/orders', '/api/failures/retry'])(
  'a decision about nothing: %s with every kind of JSON but an object',
  async (path) => {
    for (const body of ['null', '0', '-1', 'true', '""', '"x"', '[]', '[[]]', '[{}]'])
      expect(await send(body, JSON_BODY, path)).toMatch(/^400 invalid_(order|bulk) /);
  },
);
