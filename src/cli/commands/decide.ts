import { type Command, Option } from 'commander';
import type { Step } from '../../domain/lifecycle.ts';
import { WrongUsage } from '../api/answers.ts';
import type { GroupFilter } from '../api/documents.ts';
import type { ExitCode } from '../exit-codes.ts';
import { failureCodeOption, reasonOption, stepOption, wholeNumber, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Session } from '../session.ts';
import { decideGroup } from './decide-group.ts';
import { decideOrders } from './decide-orders.ts';

export type Verb = 'retry' | 'cancel';

interface Options {
  failureCode?: string;
  step?: Step;
  status?: 'held' | 'failed';
  rate?: number;
  reason?: string;
  wait?: boolean;
}

export const addRetry: AddTo = (program, perform) => {
  const command = program
    .command('retry')
    .description('let held or failed orders go on from the step that failed: by id, or a whole group');
  withExamples(
    addOptions(command).action(perform(decide('retry'))),
    'durable-orders retry 01a20ae7-7451-75ec-820e-d0999b3cebc5 --reason "the card was unblocked"',
    'durable-orders retry --failure-code service_unreachable --step pay --rate 50 --reason "payments are back" --wait',
  );
};

export const addCancel: AddTo = (program, perform) => {
  const command = program
    .command('cancel')
    .description('give orders up, with stock and money given back: by id until they are confirmed, or a whole group');
  withExamples(
    addOptions(command).action(perform(decide('cancel'))),
    'durable-orders cancel 01a20ae7-7451-75ec-820e-d0999b3cebc5 --reason "the customer called"',
    'durable-orders cancel --failure-code service_rejected_call --status held --reason "the product was withdrawn"',
  );
};

const addOptions = (command: Command): Command =>
  command
    .argument('[ids...]', 'of orders')
    .addOption(failureCodeOption('the group that failed with this code'))
    .addOption(stepOption('the group that failed at this step'))
    .addOption(new Option('--status <status>', 'the group in this status').choices(['held', 'failed']))
    .option('--rate <n>', 'of a group: orders per second (default: 10)', wholeNumber(1, 500))
    .option('--wait', 'of a group: show how it goes until it is done')
    .addOption(reasonOption());

const decide =
  (verb: Verb) =>
  (session: Session, ids: string[], options: Options): Promise<ExitCode> => {
    const filter = filterOf(options);
    const isGroup = Object.keys(filter).length > 0;
    if (isGroup && ids.length > 0) throw new WrongUsage('Name orders by id or by their group, not both.');
    if (!isGroup && ids.length === 0)
      throw new WrongUsage(`Say which orders: ids, or a group by --failure-code, --step or --status.`);
    const { rate, wait, reason } = options;
    if (!isGroup && (rate !== undefined || wait)) throw new WrongUsage('--rate and --wait are for a group of orders.');
    return isGroup
      ? decideGroup(verb, session, { ...filter, ...(rate && { rate }), ...(reason && { reason }) }, Boolean(wait))
      : decideOrders(verb, session, ids, reason);
  };

const filterOf = ({ failureCode, step, status }: Options): GroupFilter => ({
  ...(failureCode !== undefined && { failure_code: failureCode }),
  ...(step !== undefined && { step }),
  ...(status !== undefined && { status }),
});
