import { causeOf } from '../../src/replay/cause.ts';

const asCore = (message: string, stack = '') =>
  new Error(
    `Replay failed. Details: Failure { failure: Some(Failure { message: "${message}", stack_trace: "${stack}" }) }`,
  );

test('an event that Core names is taken from its text', () => {
  const text = 'No command scheduled for event HistoryEvent(id: 11, WorkflowExecutionCompleted)';
  expect(causeOf(asCore(`[TMPRL1100] Nondeterminism error: ${text}`))).toEqual({ text, eventId: 11 });
});

test('what our code throws is told with its place, without directories', () => {
  const stack = String.raw`x.js:1\n\nTypeError: not \"so\"\n    at /else/where/src/workflows/process-order.ts:29:12\n    at y`;
  expect(causeOf(asCore(String.raw`not \"so\"`, stack))).toEqual({
    text: 'not "so" (src/workflows/process-order.ts:29:12)',
    eventId: null,
  });
});
