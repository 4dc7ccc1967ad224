import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { isSettled, type OrderStatus } from '../../domain/lifecycle.ts';
import { isUnavailable, WrongUsage } from '../api/answers.ts';
import type { AcceptedOrder, Order } from '../api/documents.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { wholeNumber, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import { statusColour } from '../screen/marks.ts';
import type { Session } from '../session.ts';

interface Options {
  product?: string;
  quantity?: number;
  amount?: number;
  currency?: string;
  paymentMethod?: string;
  file?: string;
  key?: string;
  wait?: number;
}

/** The API answers by then, whether the order is settled or not. */
const LONGEST_WAIT_S = 60;
const WAYS_ON: OrderStatus[] = ['confirmed', 'accepted', 'processing'];

export const addSubmit: AddTo = (program, perform) => {
  const command = program
    .command('submit')
    .description('place an order; prints its id and status')
    .option('--product <id>', 'what is ordered')
    .option('--quantity <n>', 'how many of it', wholeNumber(1))
    .option('--amount <n>', 'the total in minor units: 4200 is 42.00 EUR', wholeNumber(1))
    .option('--currency <code>', 'ISO 4217 (default: EUR)')
    .option('--payment-method <token>', 'a token of the payment service')
    .option('--file <path>', 'the order as JSON, as POST /api/orders takes it; - reads it from the input')
    .option('--key <key>', 'Idempotency-Key: the same key is the same order, however often it is sent')
    .option('--wait <seconds>', 'wait until it is settled, a minute at most', wholeNumber(0, LONGEST_WAIT_S))
    .action(perform(submit));
  withExamples(
    command,
    'durable-orders submit --product sku-1 --quantity 2 --amount 4200',
    'durable-orders submit --file order.json --key cart-7 --wait 10',
    'jq -c .order cart.json | durable-orders submit --file - --json',
  );
};

async function submit(session: Session, options: Options): Promise<ExitCode> {
  const { key = randomUUID(), wait } = options;
  const order = await orderOf(options, session);
  const headers = { 'Idempotency-Key': key, ...(wait === undefined ? {} : { Prefer: `wait=${wait}` }) };
  const post = session.api.post<AcceptedOrder | Order>('/api/orders', order, {
    headers,
    withinMs: ((wait ?? 0) + 15) * 1000,
  });
  const accepted = await post.catch((error) => {
    if (isUnavailable(error))
      session.note(`It may have been stored: with --key ${key} it can't become a second order.`);
    throw error;
  });
  const { order_id, status } = accepted;
  session.answer(accepted, () => [`${order_id}  ${session.paint(statusColour(status), status)}${whyOf(accepted)}`]);
  if (wait !== undefined && !isSettled(status)) session.note(`Follow it: durable-orders show ${order_id} --watch`);
  return WAYS_ON.includes(status) ? EXIT.done : EXIT.no;
}

const whyOf = (order: AcceptedOrder | Order): string =>
  'failure' in order && order.failure ? `  ${order.failure.code}` : '';

async function orderOf(options: Options, { terminal }: Session): Promise<unknown> {
  const { product, quantity, amount, currency, paymentMethod, file } = options;
  const said = { product_id: product, quantity, amount, currency, payment_method: paymentMethod };
  const isSaid = Object.values(said).some((value) => value !== undefined);
  if (file !== undefined) {
    if (isSaid) throw new WrongUsage('Give the order by --file or by --product, --quantity and --amount, not by both.');
    return jsonOf(file === '-' ? await text(terminal.input) : await contentOf(file));
  }
  if (product && quantity && amount) return said;
  throw new WrongUsage('Say what is ordered: --product, --quantity and --amount, or --file.');
}

const contentOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new WrongUsage(`${file} can't be read (${error.code}).`);
  });

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new WrongUsage(`The order is not JSON: ${(error as Error).message}.`);
  }
}
