import { aHolder } from '../access/key-holders.ts';
import type { Kind, Operation } from './operations.ts';
import type { Bound } from './schemathesis.ts';

/** An answer that has to be seen, or must never be. */
export interface Expected {
  /** `403`, or `2xx` for all that begin so. */
  status: string;
  of: Kind;
  /** Of each of these operations so often. */
  each?: number;
  /** Of all of them together so often. */
  total?: number;
  /** What every such answer has. */
  headers?: string[];
}

/** Everything in the document, asked as one caller. */
export interface Pass {
  name: string;
  /** Settings of the system that is asked; passes with the same ones ask the same system. */
  system: NodeJS.ProcessEnv;
  headers: Record<string, string>;
  /** Of somebody else, whose order every id of an order is. */
  others?: Record<string, string>;
  bound: Bound;
  /** What it is for: without these answers it has tested nothing, whatever schemathesis says. */
  expected: Expected[];
  never: Pick<Expected, 'status' | 'of'>[];
}

const operator = aHolder('operator', 'operator');
const viewer = aHolder('viewer', 'viewer');
const client = aHolder('client');
const hasty = aHolder('hasty', 'operator');

const QUIET = { LOG_LEVEL: 'warn' };
const WITH_KEYS = { ...QUIET, API_KEYS: [operator, viewer, client].map(({ line }) => line).join() };
/** Used up by the first operation, and not there again before the pass is over. */
const WITH_QUOTA = { ...QUIET, API_KEYS: hasty.line, RATE_LIMIT: '10/1h' };

const OF_ITS_OWN: Operation[] = ['GET /api/orders', 'POST /api/orders'];
const OF_ONE_ORDER: Operation[] = ['GET /api/orders/{id}', 'POST /api/orders/{id}/cancel'];
const OF_EVERYBODY: Operation[] = [
  ...['GET /api/failures', 'GET /api/bulk', 'GET /api/bulk/{id}', 'GET /api/bulk/{id}/items', 'GET /api/actions'],
  ...['POST /api/orders/{id}/retry', 'POST /api/orders/{id}/amend'],
  ...['POST /api/failures/retry', 'POST /api/failures/cancel'],
  ...['POST /api/bulk/{id}/pause', 'POST /api/bulk/{id}/resume', 'POST /api/bulk/{id}/stop'],
];

/** Enough to see how a caller is answered. */
const BRIEFLY: Bound = { cases: 5 };
const all = 'all' as const;

const IS_OF_USE: Expected[] = [
  { status: '2xx', of: 'reading', total: 5 },
  { status: '2xx', of: 'writing', total: 5 },
];

export const PASSES: Pass[] = [
  {
    name: 'anybody, without keys',
    system: QUIET,
    headers: {},
    bound: { seconds: 60 },
    expected: [...IS_OF_USE, { status: '400', of: all, total: 5 }],
    never: ['401', '403', '429', '5xx'].map((status) => ({ status, of: all })),
  },
  {
    name: 'an operator',
    system: WITH_KEYS,
    headers: operator.headers,
    bound: BRIEFLY,
    expected: [
      ...IS_OF_USE,
      // What was answered is asked for again without the key.
      { status: '401', of: all, total: 5, headers: ['WWW-Authenticate'] },
    ],
    never: ['403', '429', '5xx'].map((status) => ({ status, of: all })),
  },
  {
    name: 'a viewer',
    system: WITH_KEYS,
    headers: viewer.headers,
    bound: BRIEFLY,
    expected: [
      { status: '2xx', of: 'reading', total: 5 },
      { status: '403', of: 'writing', each: 2 },
    ],
    never: [
      { status: '2xx', of: 'writing' },
      { status: '403', of: 'reading' },
    ],
  },
  {
    name: 'a client, of an order that is another’s',
    system: WITH_KEYS,
    headers: client.headers,
    others: operator.headers,
    bound: BRIEFLY,
    expected: [
      { status: '2xx', of: OF_ITS_OWN, each: 1 },
      { status: '404', of: OF_ONE_ORDER, each: 2 },
      // Of what has no parameter there is one case.
      { status: '403', of: OF_EVERYBODY, each: 1 },
    ],
    never: [
      { status: '403', of: [...OF_ITS_OWN, ...OF_ONE_ORDER] },
      { status: '404', of: OF_EVERYBODY },
      ...['2xx', '409'].map((status) => ({ status, of: [...OF_ONE_ORDER, ...OF_EVERYBODY] })),
      ...['429', '5xx'].map((status) => ({ status, of: all })),
    ],
  },
  {
    name: 'nobody',
    system: WITH_KEYS,
    headers: {},
    bound: BRIEFLY,
    expected: [{ status: '401', of: all, each: 2, headers: ['WWW-Authenticate'] }],
    never: ['2xx', '403', '404'].map((status) => ({ status, of: all })),
  },
  {
    name: 'a client over its quota',
    system: WITH_QUOTA,
    headers: hasty.headers,
    bound: BRIEFLY,
    expected: [
      { status: '2xx', of: all, total: 1, headers: ['RateLimit', 'RateLimit-Policy'] },
      { status: '429', of: all, each: 1, headers: ['Retry-After', 'RateLimit', 'RateLimit-Policy'] },
    ],
    never: [{ status: '403', of: all }],
  },
];
