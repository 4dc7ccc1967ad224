import { isUnexplained, judgedEnds } from '../../chaos/judge/own-ends.ts';
import { textOfEnd } from '../../chaos/report/own-end.ts';
import type { Fault } from '../../chaos/schedule/fault.ts';
import type { OwnEnd } from '../../chaos/system/member.ts';

const FAULT_AT = 100_000;
const OVER_AT = 110_000;
const NOT_TURNED = '{"error":"the event loop has not turned: workflow code does not come to an end"}';

const end = (overrides: Partial<OwnEnd>): OwnEnd => ({
  ...{ process: 'worker-1', at: FAULT_AT + 5000, why: 'exit code 1', lastWords: 'the worker failed', when: 'up' },
  ...overrides,
});

const during = (fault: Fault) => [
  {
    happenings: [
      { fault, isAlone: true, hasIntakeForItself: true, beganAt: FAULT_AT, overAt: OVER_AT, acceptingAfterMs: [] },
    ],
    ...{ overAt: OVER_AT, calmUntil: OVER_AT + 20_000 },
  },
];
const fails = (one: OwnEnd, fault: Fault) => judgedEnds([one], during(fault)).some(isUnexplained);

const DISK_FULL: Fault = { kind: 'disk full', forMs: 5000 };
const KILL_POSTGRES: Fault = { kind: 'kill', process: 'postgresql', forMs: 1000 };
const FREEZE: Fault = { kind: 'freeze', process: 'worker-1', forMs: 18_000 };

test('no fault around it explains that a worker, an API or a service ends', () => {
  for (const process of ['worker-1', 'api-1', 'payment'] as const)
    for (const fault of [DISK_FULL, KILL_POSTGRES, FREEZE]) expect(fails(end({ process }), fault)).toBe(true);
});

test('a worker that says that its loop stood still is explained by its own freeze, and by nothing else', () => {
  const stuck = end({ lastWords: NOT_TURNED, why: 'ended by SIGKILL', at: OVER_AT + 11_000 });
  expect(fails(stuck, FREEZE)).toBe(false);
  expect(fails(stuck, { ...FREEZE, process: 'worker-2' })).toBe(true);
  expect(fails(stuck, KILL_POSTGRES)).toBe(true);
  expect(fails({ ...stuck, at: OVER_AT + 16_000 }, FREEZE)).toBe(true);
});

test('PostgreSQL may end while its disk is full', () => {
  expect(fails(end({ process: 'postgresql' }), DISK_FULL)).toBe(false);
  expect(fails(end({ process: 'postgresql', at: FAULT_AT - 1 }), DISK_FULL)).toBe(true);
  expect(fails(end({ process: 'postgresql' }), FREEZE)).toBe(true);
});

test('a start may fail while what it needs, or the way there, is disturbed', () => {
  const atStart = end({ process: 'api-1', when: 'starting' });
  expect(fails(atStart, KILL_POSTGRES)).toBe(false);
  expect(fails(atStart, DISK_FULL)).toBe(false);
  expect(fails(atStart, { kind: 'cut', link: 'api-1>postgresql', forMs: 1000 })).toBe(false);
  expect(fails(atStart, { kind: 'cut', link: 'api-2>postgresql', forMs: 1000 })).toBe(true);
  expect(fails(atStart, { kind: 'kill', process: 'temporal', forMs: 1000 })).toBe(true);
});

test('nothing explains that a process does not end as it is asked to, not even what was done to it', () => {
  const rolling: Fault = { kind: 'rolling restart', forMs: 0 };
  const killed = end({ when: 'stopping', why: 'ended by SIGKILL', lastWords: NOT_TURNED });
  for (const fault of [rolling, FREEZE, KILL_POSTGRES]) expect(fails(killed, fault)).toBe(true);
  const [judged] = judgedEnds([killed], during(rolling));
  expect(judged && textOfEnd(judged)).toContain('worker-1 DID NOT END AS IT WAS ASKED TO: ended by SIGKILL');
});

test('an end is told with its last words, and with the fault that it is to be expected of', () => {
  const [expected] = judgedEnds(
    [end({ process: 'postgresql', lastWords: '  PANIC: no space left' })],
    during(DISK_FULL),
  );
  const [own] = judgedEnds([end({})], []);
  expect(expected && textOfEnd(expected)).toBe(
    '00:01:45.000 postgresql ended by itself, as is to be expected of "disk full for 5.0 s": exit code 1; its last words:\n  PANIC: no space left',
  );
  expect(own && textOfEnd(own)).toMatch(/worker-1 ENDED BY ITSELF: exit code 1; its last words:\nthe worker failed/);
});
