import { readFileSync } from 'node:fs';

/** `node --import`ed into a worker: its `Date` is off by the seconds in the file CHAOS_CLOCK, read again and again. */
const file = process.env.CHAOS_CLOCK as string;
const RightDate = Date;
let offsetMs = 0;

class ShiftedDate extends RightDate {
  // biome-ignore lint/suspicious/noExplicitAny: whatever Date takes
  constructor(...args: any[]) {
    if (args.length === 0) super(RightDate.now() + offsetMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RightDate.now() + offsetMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
setInterval(() => {
  offsetMs = Number(readFileSync(file, 'utf8')) * 1000;
}, 500).unref();
