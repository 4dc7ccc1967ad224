import type { Operation } from './operations.ts';
import type { Pass } from './passes.ts';
import type { Ran } from './schemathesis.ts';
import type { Seen } from './seen.ts';
import { type Complaint, said } from './verdict.ts';

interface Taken {
  pass: Pick<Pass, 'name'>;
  operations: Operation[];
  ran: Ran;
  seen: Seen;
  complaints: Complaint[];
}

export interface Summary {
  lines: string[];
  /** Operations. */
  passed: number;
  /** Operations, and what is wrong with none of them in particular. */
  failed: number;
}

/** A line for a pass; and where it failed, why, with everything that schemathesis said. */
export function summaryOf({ pass, operations, ran, seen, complaints }: Taken): Summary {
  const complained = complaints.flatMap(({ operation }) => operation ?? []);
  const failed = new Set([...complained, ...seen.failed]);
  const passed = operations.filter((operation) => !failed.has(operation));
  const tested = operations.filter((operation) => seen.answers.some((answer) => answer.operation === operation));
  const whole = complaints.filter(({ operation }) => !operation).length;
  const isUnexplained = ran.code !== 0 && failed.size + whole === 0;
  const failures = failed.size + whole + (isUnexplained ? 1 : 0);
  const line = `${pass.name}: ${tested.length} of ${operations.length} operations tested in ${seen.cases} cases (${statusesIn(seen)}), ${seen.failures} failures`;
  const why = [...new Set(complaints.map((each) => `  ${said(each)}`)), ran.said.trimEnd()];
  return {
    lines: failures === 0 ? [line] : [line, ...why],
    passed: passed.length,
    failed: failures,
  };
}

/** `401 ×80, 404 ×3`: the most frequent first. */
function statusesIn({ answers }: Seen): string {
  const byStatus = Object.entries(Object.groupBy(answers, ({ status }) => status));
  return byStatus
    .map(([status, those = []]): [string, number] => [status, those.length])
    .toSorted(([, a], [, b]) => b - a)
    .map(([status, count]) => `${status} ×${count}`)
    .join(', ');
}
