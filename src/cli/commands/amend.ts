import { WrongUsage } from '../api/answers.ts';
import type { AcceptedOrder } from '../api/documents.ts';
import { reasonOption, wholeNumber, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import { statusColour } from '../screen/marks.ts';
import type { Session } from '../session.ts';

interface Options {
  paymentMethod?: string;
  quantity?: number;
  amount?: number;
  email?: string;
  locale?: string;
  patch?: Patch;
  reason?: string;
}

type Patch = Record<string, unknown>;

export const addAmend: AddTo = (program, perform) => {
  const command = program
    .command('amend')
    .description('change what may be changed of a held order, and let it go on')
    .argument('<id>', 'of the order')
    .option('--payment-method <token>', 'another token of the payment service')
    .option('--quantity <n>', 'fewer of an order of one product', wholeNumber(1))
    .option('--amount <n>', 'the new total in minor units, with --quantity where items have no price', wholeNumber(1))
    .option('--email <address>', "the customer's")
    .option('--locale <tag>', "the customer's, BCP 47")
    .option('--patch <json>', 'a JSON Merge Patch (RFC 7396): null removes', patchOf)
    .addOption(reasonOption())
    .action(perform(amend));
  withExamples(
    command,
    'durable-orders amend 01a20ae7-7451-75ec-820e-d0999b3cebc5 --payment-method pm_other --reason "a new card"',
    `durable-orders amend 01a20ae7-7451-75ec-820e-d0999b3cebc5 --patch '{"customer":{"email":null}}'`,
  );
};

async function amend(session: Session, id: string, options: Options): Promise<void> {
  const changes = changesOf(options);
  if (Object.keys(changes).length === 0)
    throw new WrongUsage('Say what to change: --payment-method, --quantity, --email, --locale or --patch.');
  const { reason } = options;
  const order = await session.api.post<AcceptedOrder>(
    `/api/orders/${encodeURIComponent(id)}/amend`,
    { ...changes, ...(reason !== undefined && { reason }) },
    { headers: { 'Content-Type': 'application/merge-patch+json' } },
  );
  session.answer(order, () => [`${order.order_id}  ${session.paint(statusColour(order.status), order.status)}`]);
}

/** The patch, and over it what the options say. */
function changesOf({ paymentMethod, quantity, amount, email, locale, patch = {} }: Options): Patch {
  const customer = { ...(email !== undefined && { email }), ...(locale !== undefined && { locale }) };
  return {
    ...patch,
    ...(paymentMethod !== undefined && { payment_method: paymentMethod }),
    ...(quantity !== undefined && { quantity }),
    ...(amount !== undefined && { amount }),
    ...(Object.keys(customer).length > 0 && { customer: { ...(patch.customer ?? {}), ...customer } }),
  };
}

/** @throws WrongUsage */
function patchOf(json: string): Patch {
  try {
    const patch: unknown = JSON.parse(json);
    if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch as Patch;
  } catch {
    // said below
  }
  throw new WrongUsage('--patch must be a JSON object.');
}
