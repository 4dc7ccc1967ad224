import { type Kind, type Operation, ofKind } from './operations.ts';
import type { Expected, Pass } from './passes.ts';
import type { Answer, Seen } from './seen.ts';

export interface Complaint {
  /** None where it is of the pass as a whole. */
  operation?: Operation;
  what: string;
}

/** What is wrong with a pass by its own counts, beside what schemathesis found. */
export function complaintsOf({ expected, never }: Pass, operations: Operation[], { answers }: Seen): Complaint[] {
  return [
    ...operations
      .filter((operation) => answers.every((answer) => answer.operation !== operation))
      .map((operation) => ({ operation, what: 'was not tested' })),
    ...[...expected, ...never].flatMap(({ of }) => unknown(of, operations)),
    ...expected.flatMap((one) => missing(one, operations, answers)),
    ...expected.flatMap((one) => withoutHeaders(one, operations, answers)),
    ...never.flatMap(({ status, of }) =>
      those(answers, status, ofKind(operations, of)).map(({ operation, status: was }) => ({
        operation,
        what: `was answered ${was}`,
      })),
    ),
  ];
}

/** @returns a line for people */
export const said = ({ operation, what }: Complaint): string => (operation ? `${operation} ${what}` : what);

/** Of what the document no longer has, nothing is known to be answered or not. */
const unknown = (of: Kind, operations: Operation[]): Complaint[] =>
  typeof of === 'string'
    ? []
    : of.filter((one) => !operations.includes(one)).map((one) => ({ what: `${one} is not in the document` }));

function missing({ status, of, each, total }: Expected, operations: Operation[], answers: Answer[]): Complaint[] {
  const wanted = ofKind(operations, of);
  const found = those(answers, status, wanted);
  const times = (count: number, least: number) => `was answered ${status} ${count} times, not ${least}`;
  const tooFew = wanted
    .map((operation) => ({ operation, count: found.filter((answer) => answer.operation === operation).length }))
    .filter(({ count }) => each !== undefined && count < each)
    .map(({ operation, count }) => ({ operation, what: times(count, each as number) }));
  if (total === undefined || found.length >= total) return tooFew;
  return [...tooFew, { what: `what is ${named(of)} ${times(found.length, total)}` }];
}

const named = (of: Kind): string => (of === 'all' ? 'in the document' : typeof of === 'string' ? of : of.join(' or '));

function withoutHeaders({ status, of, headers = [] }: Expected, operations: Operation[], answers: Answer[]) {
  return those(answers, status, ofKind(operations, of)).flatMap((answer) =>
    headers
      .filter((name) => !answer.headers.includes(name.toLowerCase()))
      .map((name) => ({ operation: answer.operation, what: `was answered ${answer.status} without ${name}` })),
  );
}

const those = (answers: Answer[], status: string, operations: Operation[]): Answer[] =>
  answers.filter(
    (answer) =>
      operations.includes(answer.operation) && (status === answer.status || status === `${answer.status[0]}xx`),
  );
