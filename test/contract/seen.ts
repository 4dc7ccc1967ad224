import type { Operation } from './operations.ts';

export interface Answer {
  operation: Operation;
  status: string;
  /** In lower case. */
  headers: string[];
}

/** What schemathesis did, by its own events. */
export interface Seen {
  cases: number;
  failures: number;
  answers: Answer[];
  /** Operations of which a check failed. */
  failed: Set<Operation>;
}

interface Recorder {
  label: Operation;
  cases?: Record<string, { value: { method: string; path: string } }>;
  interactions?: Record<string, { response?: { status_code: number; headers: Record<string, string[]> } }>;
  checks?: Record<string, { status: string }[]>;
}

/** @param events an event a line; a last one that is cut off is left out */
export function seenIn(events: string): Seen {
  const seen: Seen = { cases: 0, failures: 0, answers: [], failed: new Set() };
  for (const line of events.split('\n').filter(Boolean)) {
    const recorder = recorderIn(line);
    if (recorder) add(seen, recorder);
  }
  return seen;
}

function recorderIn(line: string): Recorder | undefined {
  try {
    return (JSON.parse(line) as { ScenarioFinished?: { recorder: Recorder } }).ScenarioFinished?.recorder;
  } catch {
    return undefined;
  }
}

function add(seen: Seen, { cases = {}, interactions = {}, checks = {} }: Recorder): void {
  for (const [id, { value }] of Object.entries(cases)) {
    const operation = `${value.method.toUpperCase()} ${value.path}`;
    const response = interactions[id]?.response;
    const failures = (checks[id] ?? []).filter(({ status }) => status === 'failure' || status === 'error').length;
    seen.cases += 1;
    seen.failures += failures;
    if (failures > 0) seen.failed.add(operation);
    if (!response) continue;
    const headers = Object.keys(response.headers).map((name) => name.toLowerCase());
    seen.answers.push({ operation, status: String(response.status_code), headers });
  }
}
