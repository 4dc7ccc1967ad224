import fc from 'fast-check';
import { isSettled, LEGAL_MOVES, type OrderStatus } from '../../src/domain/lifecycle.ts';
import { EDITION } from '../../src/domain/names.ts';
import { cancelUpdate, retryUpdate } from '../../src/workflows/messages.ts';
import { type Made, nameOf, type Outcome, ScriptedWorld } from '../support/scripted-world.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start();
});
afterAll(() => harness.stop());

/**
 * Each run is a workflow of its own, of some 80 ms; the properties are looked at in all of them together. Faults that need
 * two things to go wrong, such as a cancellation between a step and its undo, take up to a hundred runs to be come upon.
 */
const RUNS = 180;
const SETTINGS = { stepPatience: '20s', holdLimit: '1h' } as const;

const outcomes = (...more: Outcome[]) =>
  fc.array(fc.constantFrom<Outcome>('done', 'unavailable', 'lost', ...more), { maxLength: 4 });
const ofSteps = outcomes('refused', 'defect');
/** An undo may be refused as well: by a service that does not know better. */
const ofUndos = outcomes('refused', 'defect');

const aStory = fc.record({
  lines: fc.integer({ min: 1, max: 3 }),
  script: fc.record(
    {
      'deductStock:1': ofSteps,
      'deductStock:2': ofSteps,
      'deductStock:3': ofSteps,
      takePayment: ofSteps,
      'restoreStock:1': ofUndos,
      'restoreStock:2': ofUndos,
      'restoreStock:3': ofUndos,
      refundPayment: ofUndos,
      sendNotification: outcomes('defect'),
      recordStatus: fc.array(fc.constantFrom<Outcome>('done', 'unavailable', 'lost'), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
  /** Of an operator, whenever the order is held; then it is left to the hold limit. */
  decisions: fc.array(fc.constantFrom('retry', 'retry', 'cancel'), { maxLength: 4 }),
  /** The call at which a cancellation comes that only the database hears of. */
  barredAt: fc.option(
    fc.record({
      activity: fc.constantFrom('deductStock', 'takePayment', 'recordStatus', 'refundPayment', 'sendNotification'),
      nth: fc.integer({ min: 1, max: 3 }),
    }),
  ),
  /** One by one, as before there was a first pass in one activity. */
  edition: fc.constantFrom(1, EDITION, EDITION),
});

test('whatever becomes of its calls, an order is carried out once, or undone, in reverse, under the same keys', async () => {
  await fc.assert(
    fc.asyncProperty(aStory, async ({ lines, script, decisions, barredAt, edition }) => {
      const items = Array.from({ length: lines }, (_, n) => ({ productId: `p${n + 1}`, quantity: n + 1 }));
      const world = new ScriptedWorld(script);
      if (barredAt) barWhenCalled(world, barredAt);
      const handle = await harness.place(world, { items }, SETTINGS, edition);
      const status = await seeThrough(handle, [...decisions]);

      expect([world.status, isSettled(status)]).toEqual([status, true]);
      if (world.isCancelAsked) expect(status).not.toBe('confirmed');
      if (status === 'confirmed') carriedOutOnce(world, lines);
      else undone(world, status, lines);
      keysArePlain(world.made);
      inOrder(world.made);
      movesAreLegal(world);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);

/** As the API does it: an order that has settled can't be barred any more. */
function barWhenCalled(world: ScriptedWorld, { activity, nth }: { activity: string; nth: number }): void {
  let calls = 0;
  world.onCall((called) => {
    if (called === activity) calls += 1;
    if (called === activity && calls === nth && !isSettled(world.status)) world.isCancelAsked = true;
  });
}

/** Waits until it is held or settled, decides, and so on. */
async function seeThrough(handle: OrderHandle, decisions: ('retry' | 'cancel')[]): Promise<OrderStatus> {
  for (;;) {
    const { status, failure } = await harness.until(handle, (run) => run.status === 'held' || isSettled(run.status));
    if (status !== 'held') return (await handle.result()).status;
    const decision = decisions.shift();
    if (!decision) await harness.environment.sleep(SETTINGS.holdLimit);
    else if (decision === 'retry' || failure?.code === 'undo_failed') await handle.executeUpdate(retryUpdate);
    else await handle.executeUpdate(cancelUpdate);
  }
}

function carriedOutOnce(world: ScriptedWorld, lines: number): void {
  expect(world.payments).toEqual([4200]);
  expect([...world.deducted]).toEqual(Array.from({ length: lines }, (_, n) => [`p${n + 1}`, n + 1]));
  expect(world.made.filter(({ activity }) => activity in UNDOES)).toEqual([]);
  expect(world.notifications.length).toBeLessThanOrEqual(1);
}

const UNDOES: Record<string, string> = { restoreStock: 'deductStock', refundPayment: 'takePayment' };

function undone(world: ScriptedWorld, status: OrderStatus, lines: number): void {
  expect([world.captured, world.stillDeducted]).toEqual([0, 0]);
  expect(world.payments.length).toBeLessThanOrEqual(1);
  expect(world.notifications).toEqual([]);
  const undos = world.made.filter(({ activity }) => activity in UNDOES);
  // Everything that was begun, whatever was answered, and nothing else. Of a cancelled order everything there is: a
  // workflow task that was lost may have begun more than this run knows of.
  const known = world.made.filter(({ activity }) => Object.values(UNDOES).includes(activity)).map(named);
  const all = [...Array.from({ length: lines }, (_, n) => `deductStock:${n + 1}`), 'takePayment'];
  const begun = new Set(status === 'cancelled' ? all : known);
  const done = undos.filter(({ outcome }) => outcome === 'done').map(undoing);
  expect(new Set(done)).toEqual(begun);
  // The newest first, of those that are tried again too; one that fails does not stop the others.
  const newestFirst = [...begun].toReversed();
  expect([...new Set(undos.map(undoing))]).toEqual(newestFirst);
  for (const round of roundsOf(world.made)) expect(round).toEqual(newestFirst.filter((name) => round.includes(name)));
  // Nothing is done any more once undoing has begun.
  const first = world.made.indexOf(undos[0] as Made);
  const late = world.made.slice(first).filter(({ activity }) => Object.values(UNDOES).includes(activity));
  expect(undos.length > 0 ? late : []).toEqual([]);
}

/** What is undone at a time: where some of it can't be, the order is held until the next. */
function roundsOf(made: Made[]): string[][] {
  const rounds: Made[][] = [[]];
  for (const each of made)
    if (each.activity in UNDOES) rounds.at(-1)?.push(each);
    else if (each.call.status === 'held') rounds.push([]);
  return rounds.map((round) => [...new Set(round.map(undoing))]);
}

const named = ({ activity, call }: Made) => nameOf(activity, call);
const undoing = ({ activity, call }: Made) => nameOf(UNDOES[activity] as Made['activity'], call);

/** Every attempt of a call is the same call: order, line and, since nothing was amended, no revision make its key. */
function keysArePlain(made: Made[]): void {
  for (const calls of Map.groupBy(
    made.filter(({ activity }) => activity !== 'recordStatus'),
    named,
  ).values()) {
    expect(new Set(calls.map(({ call }) => JSON.stringify(call))).size).toBe(1);
    expect(calls[0]?.call).not.toHaveProperty('revision');
  }
}

/** No step begins before the one before it is done. */
function inOrder(made: Made[]): void {
  const steps = made.filter(({ activity }) => activity === 'deductStock' || activity === 'takePayment');
  const turns = steps.map(named).filter((name, index, all) => name !== all[index - 1]);
  expect(turns).toEqual([...new Set(turns)]);
  for (const name of turns.slice(0, -1))
    expect(steps.filter((step) => named(step) === name).at(-1)?.outcome).toBe('done');
}

/** A run's order is `processing` when it begins, and nothing that it reports is ever refused, but that a barred one is confirmed. */
function movesAreLegal({ reports, isCancelAsked }: ScriptedWorld): void {
  const moves = reports.map(({ status }) => status).filter((status) => !(isCancelAsked && status === 'confirmed'));
  const statuses: OrderStatus[] = ['processing', ...moves];
  for (const [index, to] of statuses.slice(1).entries())
    expect(to === statuses[index] || LEGAL_MOVES.includes(`${statuses[index]}>${to}`)).toBe(true);
}
