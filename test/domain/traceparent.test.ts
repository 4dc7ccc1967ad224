import { childOf, traceparentFrom } from '../../src/telemetry/traceparent.ts';
import { TRACE_ID, TRACEPARENT } from '../support/orders.ts';

const VALID = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

describe('a traceparent', () => {
  test('that is valid is taken as it is', () => expect(traceparentFrom(TRACEPARENT)).toBe(TRACEPARENT));

  test.each([
    ['none', undefined],
    ['text', 'trace me'],
    ['an all-zero trace', TRACEPARENT.replace(TRACE_ID, '0'.repeat(32))],
    ['an all-zero parent', TRACEPARENT.replace('00f067aa0ba902b7', '0'.repeat(16))],
    ['capitals', TRACEPARENT.toUpperCase()],
    ['a version to come', `ff${TRACEPARENT.slice(2)}`],
    ['a second line', `${TRACEPARENT}\nX: y`],
  ])('is made where there is %s', (_, header) => {
    const made = traceparentFrom(header);
    expect(made).toMatch(VALID);
    expect(made).not.toContain(TRACE_ID);
    expect(traceparentFrom(header)).not.toBe(made);
  });

  test('of a call of ours keeps trace and flags under a span of its own', () => {
    const [, trace, span, flags] = childOf(TRACEPARENT).split('-');
    expect([trace, flags]).toEqual([TRACE_ID, '01']);
    expect(span).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
    expect(childOf(TRACEPARENT)).not.toBe(childOf(TRACEPARENT));
  });

  test('of a call of ours is a new one where the stored one is broken', () => expect(childOf('broken')).toMatch(VALID));
});
