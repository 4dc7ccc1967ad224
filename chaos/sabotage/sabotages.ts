import type { Rule } from '../judge/violation.ts';
import type { TimedFault } from '../schedule/draw-schedule.ts';
import type { Fault } from '../schedule/fault.ts';

/** Under what a build is tried. */
export interface Conditions {
  faults: TimedFault[];
  /** Orders per second; 20 unless it is here. */
  rate?: number;
}

/** A build with a fault put in on purpose, under what it shows, and what the harness has to say about it. */
export interface Sabotage extends Conditions {
  /** Of its patch, too: `undo after the step` is in undo-after-the-step.patch. */
  name: string;
  /** Each of these has to be reported. */
  breaks: (Rule | 'no progress')[];
}

const at = (atMs: number, fault: Fault): TimedFault => ({ atMs, fault });

export const SABOTAGES: Sabotage[] = [
  {
    name: 'undo after the step',
    faults: [
      at(2000, { kind: 'service fails after the work', service: 'payment', forMs: 10_000 }),
      at(2000, { kind: 'service fails after the work', service: 'inventory', forMs: 10_000 }),
    ],
    breaks: ['money does not add up', 'stock is not where it belongs'],
  },
  {
    name: 'key per attempt',
    faults: [
      at(2000, { kind: 'service fails after the work', service: 'payment', forMs: 6000 }),
      at(2000, { kind: 'service fails after the work', service: 'notification', forMs: 6000 }),
    ],
    breaks: ['paid more than once', 'customer was told what is not so'],
  },
  { name: 'start without id', faults: [], breaks: ['run and status disagree'] },
  {
    name: 'status without guard',
    // Once the first orders are out of patience, most of what is written down is that one is held, or goes on. What worker-1 has
    // just sent waits on the line and outlives it; its orders are settled by worker-2, which can carry them all, and then it arrives.
    rate: 8,
    faults: [
      at(2000, { kind: 'service is unavailable', service: 'payment', forMs: 17_000 }),
      at(16_000, { kind: 'stall', link: 'worker-1>postgresql', forMs: 34_000 }),
      at(17_000, { kind: 'kill', process: 'worker-1', forMs: 34_000 }),
    ],
    breaks: ['settled order moved'],
  },
  {
    name: '201 before the commit',
    faults: [at(4000, { kind: 'kill', process: 'postgresql', forMs: 1000 })],
    breaks: ['accepted order is lost', 'a used key was taken for another order'],
  },
  { name: 'keys are forgotten', faults: [], breaks: ['one key, two orders'] },
  { name: 'stock is given back twice', faults: [], breaks: ['stock does not add up'] },
  {
    name: 'claims without end',
    faults: [
      at(4000, { kind: 'stall', link: 'worker-1>temporal', forMs: 6000 }),
      at(7000, { kind: 'kill', process: 'worker-1', forMs: 1000 }),
    ],
    breaks: ['order is not settled'],
  },
  {
    name: 'cancellation is forgotten',
    // By the run and by the database: of the two, one is enough. Without the fault most orders are confirmed before their
    // cancellation comes.
    faults: [at(2000, { kind: 'service fails', service: 'payment', forMs: 8000 })],
    breaks: ['cancellation was ignored'],
  },
  { name: 'lines get lost', faults: [], breaks: ['order differs from what was posted'] },
  {
    name: 'unavailable is refused',
    faults: [at(2000, { kind: 'service is unavailable', service: 'payment', forMs: 16_000 })],
    breaks: ['ended without a cause'],
  },
  { name: 'told before it is confirmed', faults: [], breaks: ['customer was told what is not so'] },
  {
    name: 'the relay stays slow',
    // For longer than a start is tried before it counts as failed.
    faults: [at(15_000, { kind: 'kill', process: 'temporal', forMs: 14_000 })],
    breaks: ['no progress'],
  },
];

export const patchOf = ({ name }: Pick<Sabotage, 'name'>): string => `${name.replaceAll(' ', '-')}.patch`;
