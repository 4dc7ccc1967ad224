/** What the SDK says of a replay that broke, in the words of whoever wrote the workflow. */
export interface Cause {
  text: string;
  /** The event that Core names itself; it does so for some of its complaints only. */
  eventId: number | null;
}

/**
 * The SDK hands on Core's failure as Rust prints it: `Failure { … message: "[TMPRL1100] Nondeterminism error: No command
 * scheduled for event HistoryEvent(id: 11, …)", …, stack_trace: "…" }`.
 */
export function causeOf({ message }: Error): Cause {
  const complaint = quoted(message, 'message') ?? message;
  const [, eventId] = /HistoryEvent(?:\(id:| \{ event_id:) (\d+)/.exec(complaint) ?? [];
  const text = complaint.replace(/^\[TMPRL\d+\] Nondeterminism error: /, '').split('\n', 1)[0] as string;
  return {
    text: text + placeOf(quoted(message, 'stack_trace')),
    eventId: eventId === undefined ? null : Number(eventId),
  };
}

/** Where our own code threw; the frames of the SDK and the directories above ours say nothing. */
function placeOf(stack: string | undefined): string {
  const [, place] = /^\s+at .*?\/(src\/[\w./-]+:\d+:\d+)\)?$/m.exec(stack ?? '') ?? [];
  return place ? ` (${place})` : '';
}

function quoted(debugged: string, field: string): string | undefined {
  const [, text] = new RegExp(`\\b${field}: "((?:[^"\\\\]|\\\\.)*)"`).exec(debugged) ?? [];
  return text
    ?.replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped));
}
