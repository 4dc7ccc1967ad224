import { changeOf, digestOf } from '../../src/domain/digest.ts';
import { textOf } from '../../src/domain/digest-text.ts';
import { aGroup, aTaken } from './digests.ts';

const refunds = aGroup({ failure_code: 'undo_failed', count: 1 });
const first = digestOf(aTaken([aGroup({ count: 5 }), refunds], '2026-03-01T06:00:00.000Z'), undefined);

describe('a digest', () => {
  test('counts all its groups', () => expect(first.total).toBe(6));

  test('compares with nothing where it is the first', () => {
    expect(first).toMatchObject({ compared_with: null, before: null, gone: [] });
    expect(first.groups.map(({ before }) => before)).toEqual([null, null]);
  });

  test('says of each group how many there were before, and which groups are gone', () => {
    const closed = aGroup({ status: 'failed', failure_code: 'run_closed', step: null, count: 3 });
    const next = digestOf(aTaken([aGroup({ count: 7 }), closed]), first);
    expect(next).toMatchObject({ compared_with: first.taken_at, total: 10, before: 6 });
    expect(next.groups.map(({ before }) => before)).toEqual([5, 0]);
    expect(next.gone).toEqual([{ status: 'held', failure_code: 'undo_failed', step: 'pay', before: 1 }]);
  });

  test('tells held from failed, and step from step', () => {
    const other = digestOf(aTaken([aGroup({ step: 'deduct' }), aGroup({ status: 'failed' })]), first);
    expect(other.groups.map(({ before }) => before)).toEqual([0, 0]);
    expect(other.gone).toHaveLength(2);
  });
});

test.each([
  [5, null, undefined],
  [5, 0, 'new'],
  [5, 3, '+2'],
  [3, 5, '-2'],
  [5, 5, '±0'],
  [0, 0, '±0'],
  [0, 4, '-4'],
])('%i after %p is said as %p', (count, before, said) => expect(changeOf({ count, before })).toBe(said));

describe('its text', () => {
  test('says it all in one line, and then a line a group', () => {
    const digest = digestOf(aTaken([aGroup({ count: 7 })]), first);
    expect(textOf(digest).split('\n')).toEqual([
      '7 orders are held or failed (+1 since 2026-03-01 06:00 UTC). The oldest waits since 2026-03-01 05:00 UTC: 01950000-0000-7000-8000-000000000001.',
      '• held service_error at pay: 7 (+2), oldest since 2026-03-01 05:00 UTC, such as 01950000-0000-7000-8000-000000000001: payment /pay: 500',
      '• held undo_failed at pay: gone (there were 1)',
    ]);
  });

  test('is one sentence where nothing waits', () => {
    expect(textOf(digestOf(aTaken([]), undefined))).toBe('No order is held or failed.');
  });

  test('calls nobody and links nowhere, whatever a service has answered', () => {
    const detail = `<!channel>\n<https://evil.example|here> ${'x'.repeat(1000)}`;
    const text = textOf(
      digestOf(aTaken([aGroup({ sample: { order_id: '01950000-0000-7000-8000-000000000001', detail } })]), undefined),
    );
    expect(text).not.toMatch(/[<>]/);
    expect(text.split('\n')).toHaveLength(2);
    expect(text.length).toBeLessThan(600);
  });

  test('leaves out what nobody would read', () => {
    const groups = Array.from({ length: 25 }, () => aGroup());
    expect(textOf(digestOf(aTaken(groups), undefined)).split('\n')).toHaveLength(22);
  });
});
