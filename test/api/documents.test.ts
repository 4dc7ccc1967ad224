import { readdirSync } from 'node:fs';
import { absolutePath } from 'swagger-ui-dist';
import { RateLimit } from '../../src/access/rate-limit.ts';
import { byCredential } from '../../src/api/admission.ts';
import { FAILURES } from '../../src/domain/failures.ts';
import { aHolder, aKeyRing } from '../access/key-holders.ts';
import { type Api, startApi } from './running-api.ts';

let api: Api;
let document: Record<string, never>;
beforeAll(async () => {
  api = await startApi();
  document = (await api.get('/openapi.json')).body;
});
afterAll(() => api.close());

// biome-ignore lint/suspicious/noExplicitAny: a document is whatever it is until it is looked at
type Json = any;

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];
const operations = ({ paths }: Json = document): [string, string, Json][] =>
  Object.entries(paths as Json).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, operation]): [string, string, Json] => [path, method, operation]),
  );
const resolve = (ref: string): Json =>
  ref
    .slice(2)
    .split('/')
    .reduce((at: Json, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);

function refsIn(at: Json): string[] {
  if (typeof at !== 'object' || at === null) return [];
  return Object.entries(at).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : refsIn(value)));
}

describe('the OpenAPI document', () => {
  test('is of version 3.1, and has what one must have', () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d+$/),
      info: { title: expect.any(String), version: expect.any(String) },
      paths: expect.any(Object),
    });
  });

  test('has every operation with a name of its own, a summary and answers that are described', () => {
    const names = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const [path, method, { summary, responses }] of operations()) {
      expect(path).toMatch(/^\//);
      expect(METHODS).toContain(method);
      expect(summary).toEqual(expect.any(String));
      for (const [status, { description }] of Object.entries<Json>(responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(description).toMatch(/../);
      }
    }
  });

  test('describes each part of a path as a required parameter, and each parameter where it goes', () => {
    for (const [path, , { parameters = [] }] of operations()) {
      const inPath = parameters.filter((parameter: Json) => parameter.in === 'path');
      expect(inPath.map(({ name }: Json) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      for (const parameter of inPath) expect(parameter.required).toBe(true);
      for (const parameter of parameters) expect(['path', 'query', 'header']).toContain(parameter.in);
    }
  });

  test('refers to nothing that is not there', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) expect([ref, resolve(ref)]).toEqual([ref, expect.any(Object)]);
  });

  test('gives every problem as problem+json, under the status of its code', () => {
    for (const [, , { responses }] of operations()) {
      for (const [status, { description, content }] of Object.entries<Json>(responses)) {
        if (Number(status) < 400) continue;
        expect(Object.keys(content)).toEqual(['application/problem+json']);
        for (const code of description.split(', '))
          expect([code, FAILURES[code as keyof typeof FAILURES].status]).toEqual([code, Number(status)]);
      }
    }
  });

  test('has every address that answers to an order', async () => {
    expect(Object.keys(document.paths as Json)).toEqual(
      expect.arrayContaining(['/api/orders', '/api/orders/{id}', '/api/orders/{id}/cancel', '/api/orders/{id}/retry']),
    );
  });
});

describe('who has to say who they are', () => {
  let keyed: Json;
  beforeAll(async () => {
    const other = await startApi(undefined, { admission: byCredential(aKeyRing({}), undefined) });
    keyed = (await other.get('/openapi.json')).body;
    await other.close();
  });

  test('is nobody where there are no keys', () => expect(document.security).toBeUndefined());

  test('is everybody where there are, by a key or a token', () => {
    const { security, components } = keyed;
    expect(security).toEqual([{ key: [] }, { token: [] }]);
    for (const [name] of security.flatMap(Object.entries))
      expect(components.securitySchemes[name]).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  test('may say a name where there are no keys, and only there', () => {
    const saysName = ([, , { parameters = [] }]: [string, string, Json]) =>
      parameters.some(({ name }: Json) => name === 'X-Client-Id');
    expect(operations().map(saysName)).not.toContain(false);
    expect(operations(keyed).map(saysName)).not.toContain(true);
  });

  test('may be refused at every operation, as it can come to be there', () => {
    const refusals = ([, , { responses }]: [string, string, Json]) =>
      Object.keys(responses).filter((status) => ['401', '403', '421', '429'].includes(status));
    for (const operation of operations()) expect(refusals(operation)).toEqual(['403', '421', '429']);
    for (const operation of operations(keyed)) expect(refusals(operation)).toEqual(['401', '403', '429']);
  });
});

describe('headers that the OpenAPI document promises', () => {
  const ben = aHolder('ben', 'viewer');
  let limited: Api;
  let paths: Json;
  let headersIn: Json;
  beforeAll(async () => {
    const rateLimit = new RateLimit({ requests: 2, windowMs: 3_600_000 });
    limited = await startApi(undefined, { admission: byCredential(aKeyRing({ ben }), undefined), rateLimit });
    ({
      paths,
      components: { headers: headersIn },
    } = (await limited.get('/openapi.json')).body);
  });
  afterAll(() => limited.close());

  /** What an answer has to have, and how it looks. */
  const promised = (status: number): [name: string, required: boolean, pattern: RegExp][] =>
    Object.entries<Json>(paths['/api/orders'].post.responses[status].headers)
      .map(([name, { $ref }]): [string, Json] => [name, headersIn[$ref.split('/').at(-1)]])
      .map(([name, { required = false, schema }]) => [name, required, new RegExp(schema.pattern ?? '^[1-9]\\d*$')]);

  test('are there, of whoever proves nothing, may not, or asks too often', async () => {
    const statuses: number[] = [];
    for (const headers of [{}, { Authorization: 'Bearer x' }, ben.headers, ben.headers, ben.headers]) {
      const answer = await limited.place(undefined, headers);
      statuses.push(answer.status);
      for (const [name, , pattern] of promised(answer.status)) expect(answer.headers.get(name)).toMatch(pattern);
    }
    expect(statuses).toEqual([401, 401, 403, 403, 429]);
  });

  test.each([
    [401, ['WWW-Authenticate']],
    [429, ['RateLimit', 'RateLimit-Policy', 'Retry-After']],
    [503, ['Retry-After']],
  ])('are sure to be there with %i', (status, names) => {
    const sure = promised(status).filter(([, required]) => required);
    expect(sure.map(([name]) => name).toSorted()).toEqual(names);
  });

  test('are the same at every operation', () => {
    for (const [, , { responses }] of operations())
      for (const [status, { headers }] of Object.entries<Json>(responses)) {
        const all = paths['/api/orders'].post.responses[status]?.headers;
        if (Number(status) >= 400 && all) expect(headers).toEqual(all);
        else if (Number(status) < 400) expect(Object.keys(headers)).toEqual(expect.arrayContaining(['RateLimit']));
      }
  });
});

test('a page runs and loads what comes from here and nothing else, and nobody may frame it', async () => {
  for (const path of ['/docs', '/docs/open.js', '/docs/swagger-ui.css']) {
    const { headers } = await api.get(path);
    const policy = new Map(
      headers
        .get('content-security-policy')
        ?.split(';')
        .map(
          (directive) => directive.split(' ', 1).concat(directive.split(' ').slice(1).join(' ')) as [string, string],
        ),
    );
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
  const { body } = await api.get('/docs');
  expect(body).not.toMatch(/<script(?! src="\/)|\son\w+=|<style|\sstyle=|"https?:/);
});

test('the readable docs come with everything that they load', async () => {
  const { status, headers, body } = await api.get('/docs');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const assets = [...body.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);
  expect(assets.length).toBeGreaterThan(2);
  for (const path of assets) {
    const asset = await api.get(path);
    expect([path, asset.status, asset.headers.get('content-type')]).toEqual([
      path,
      200,
      expect.stringMatching(path.endsWith('.css') ? /^text\/css/ : /javascript/),
    ]);
  }
  expect((await api.get('/docs/open.js')).body).toContain('/openapi.json');
});

test('of the package that shows them nothing else is here, such as which version it is', async () => {
  const statuses = await Promise.all(
    readdirSync(absolutePath()).map(async (name) => [
      name,
      (await fetch(`${api.url}/docs/${name}`, { method: 'HEAD' })).status,
    ]),
  );
  const here = statuses.filter(([, status]) => status !== 404);
  expect(here.toSorted()).toEqual([
    ['swagger-ui-bundle.js', 200],
    ['swagger-ui.css', 200],
  ]);
});

test('nothing says what it is built with, or asks a proxy to remember an order', async () => {
  const { headers } = await api.get('/api/orders');
  expect([headers.get('x-powered-by'), headers.get('etag')]).toEqual([null, null]);
});
