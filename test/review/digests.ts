import type { WaitingGroup } from '../../src/domain/digest.ts';

export const aGroup = (changes: Partial<WaitingGroup> = {}): WaitingGroup => ({
  status: 'held',
  failure_code: 'service_error',
  step: 'pay',
  count: 2,
  oldest: '2026-03-01T05:00:00.000Z',
  sample: { order_id: '01950000-0000-7000-8000-000000000001', detail: 'payment /pay: 500' },
  ...changes,
});

export const aTaken = (groups: WaitingGroup[], taken_at = '2026-03-02T06:00:00.000Z') => ({
  taken_at,
  oldest: groups[0] ? { order_id: groups[0].sample.order_id, since: groups[0].oldest } : null,
  groups,
});
