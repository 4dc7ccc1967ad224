import { type ACase, eventsOf } from './events.ts';
import { operationsOf } from './operations.ts';
import { PASSES, type Pass } from './passes.ts';
import { seenIn } from './seen.ts';
import { summaryOf } from './summary.ts';
import { complaintsOf, said } from './verdict.ts';

const READ = 'GET /api/orders';
const WRITE = 'POST /api/orders';
const OPERATIONS = operationsOf({ paths: { '/api/orders': { get: {}, post: {}, parameters: [] } } });

const pass: Pass = {
  name: 'nobody',
  system: {},
  headers: {},
  bound: { cases: 5 },
  expected: [],
  never: [],
};
const complaints = (about: Partial<Pass>, ...cases: ACase[]) =>
  complaintsOf({ ...pass, ...about }, OPERATIONS, seenIn(eventsOf(...cases))).map(said);

const both = (status: number, headers?: Record<string, string>) =>
  [READ, WRITE].map((operation): ACase => ({ operation, status, ...(headers && { headers }) }));

describe('a pass fails', () => {
  test('that expects something of an operation that the document does not have', () => {
    const never = [{ status: '403', of: ['GET /api/gone'] }];
    expect(complaints({ never }, ...both(200))).toEqual(['GET /api/gone is not in the document']);
  });

  test('that did not see an answer that is expected of one operation, whatever the others said', () => {
    const expected = [{ status: '404', of: [WRITE], each: 1 }];
    expect(complaints({ expected }, { operation: READ, status: 404 }, { operation: WRITE, status: 200 })).toEqual([
      `${WRITE} was answered 404 0 times, not 1`,
    ]);
  });

  test('that left out an operation of the document', () => {
    expect(complaints({}, { operation: READ, status: 200 })).toEqual([`${WRITE} was not tested`]);
  });

  test('that asked by methods alone that the document does not have', () => {
    expect(complaints({}, ...both(200).slice(0, 1), { operation: 'DELETE /api/orders', status: 405 })).toEqual([
      `${WRITE} was not tested`,
    ]);
  });

  test('that wrote down nothing', () => {
    expect(complaintsOf(pass, OPERATIONS, seenIn('')).map(said)).toEqual([
      `${READ} was not tested`,
      `${WRITE} was not tested`,
    ]);
  });

  test('whose refusals were not seen at each operation', () => {
    const expected = [{ status: '401', of: 'all', each: 1 }] as const;
    expect(complaints({ expected: [...expected] }, ...both(401))).toEqual([]);
    expect(
      complaints({ expected: [...expected] }, { operation: READ, status: 401 }, { operation: WRITE, status: 400 }),
    ).toEqual([`${WRITE} was answered 401 0 times, not 1`]);
  });

  test('whose answers were not seen often enough altogether, of the kind of operations that they are wanted of', () => {
    const expected = [{ status: '2xx', of: 'writing', total: 2 }] as const;
    expect(complaints({ expected: [...expected] }, ...both(200), ...both(202))).toEqual([]);
    expect(complaints({ expected: [...expected] }, ...both(200))).toEqual([
      'what is writing was answered 2xx 1 times, not 2',
    ]);
  });

  test('whose refusals do not say when to come again', () => {
    const expected: Pass['expected'] = [{ status: '429', of: 'all', each: 1, headers: ['Retry-After'] }];
    expect(complaints({ expected }, ...both(429, { 'retry-after': '1' }))).toEqual([]);
    expect(complaints({ expected }, ...both(429))).toEqual([
      `${READ} was answered 429 without Retry-After`,
      `${WRITE} was answered 429 without Retry-After`,
    ]);
  });

  test('that was answered what must never be', () => {
    const never: Pass['never'] = [{ status: '2xx', of: 'writing' }];
    expect(complaints({ never }, ...both(200))).toEqual([`${WRITE} was answered 200`]);
  });
});

test('every pass expects something of its own, so that one that tests nothing can not pass', () => {
  for (const { name, expected } of PASSES) expect([name, expected.length]).not.toEqual([name, 0]);
  expect(new Set(PASSES.map(({ name }) => name)).size).toBe(PASSES.length);
});

describe('what is said of a pass', () => {
  const footer = '=== 1 warning in 80.02s ===';
  const summary = (code: number, about: Partial<Pass>, ...cases: ACase[]) => {
    const seen = seenIn(eventsOf(...cases));
    const found = complaintsOf({ ...pass, ...about }, OPERATIONS, seen);
    return summaryOf({
      pass,
      operations: OPERATIONS,
      ran: { code, said: footer, events: '' },
      seen,
      complaints: found,
    });
  };

  test('where all is well is one line of ours', () => {
    expect(summary(0, {}, ...both(401), ...both(401), { operation: READ, status: 404 })).toEqual({
      lines: ['nobody: 2 of 2 operations tested in 5 cases (401 ×4, 404 ×1), 0 failures'],
      passed: 2,
      failed: 0,
    });
  });

  test('where schemathesis found something is everything that it said', () => {
    const { lines, ...counts } = summary(1, {}, ...both(200), { operation: READ, status: 500, check: 'failure' });
    expect(lines).toEqual([expect.stringContaining('in 3 cases (200 ×2, 500 ×1), 1 failures'), footer]);
    expect(counts).toEqual({ passed: 1, failed: 1 });
  });

  test('where a pass did not see what it is for is that, once', () => {
    const { lines, ...counts } = summary(0, { never: [{ status: '200', of: 'all' }] }, ...both(200), ...both(200));
    expect(lines.slice(1)).toEqual([`  ${READ} was answered 200`, `  ${WRITE} was answered 200`, footer]);
    expect(counts).toEqual({ passed: 0, failed: 2 });
  });

  test('where schemathesis could not run is a failure, though no operation is to blame', () => {
    expect(summary(2, {}, ...both(200))).toMatchObject({ passed: 2, failed: 1, lines: [expect.any(String), footer] });
  });
});
