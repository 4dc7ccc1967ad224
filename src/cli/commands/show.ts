import { isSettled } from '../../domain/lifecycle.ts';
import type { Order } from '../api/documents.ts';
import { versionsOf } from '../api/following.ts';
import { watchOption, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import { LiveBlock } from '../screen/live-block.ts';
import type { Session } from '../session.ts';
import { OrderChanges } from '../story/order-changes.ts';
import { storyOf } from '../story/order-story.ts';

const LOOK_EVERY_MS = 500;

export const addShow: AddTo = (program, perform) => {
  const command = program
    .command('show')
    .description('the story of one order: what was done, what failed, and what to do about it')
    .argument('<id>', 'of the order')
    .addOption(watchOption('follow it until it is settled'))
    .action(perform(show));
  withExamples(
    command,
    'durable-orders show 01a20ae7-7451-75ec-820e-d0999b3cebc5',
    'durable-orders show 01a20ae7-7451-75ec-820e-d0999b3cebc5 --watch',
  );
};

async function show(session: Session, id: string, { watch }: { watch?: boolean }): Promise<void> {
  const ask = () => session.api.get<Order>(`/api/orders/${encodeURIComponent(id)}`);
  if (!watch) {
    const order = await ask();
    return session.answer(order, () => storyOf(order, session));
  }
  const tell = tellerFor(session);
  const following = {
    isOver: ({ status }: Order) => isSettled(status),
    everyMs: LOOK_EVERY_MS,
    evenUnchanged: Boolean(session.terminal.out.isTTY) && !session.asJson,
    onOutage: ({ message }: Error) => session.note(`${message} Still trying.`),
  };
  for await (const order of versionsOf(ask, following)) tell(order);
}

/** Documents for programs; a story drawn over itself on a terminal that it fits into; else the story, then what changes. */
function tellerFor(session: Session): (order: Order) => void {
  const { out } = session.terminal;
  if (session.asJson) return (order) => session.answerOneOf(order, () => []);
  const block = new LiveBlock(out);
  const changes = new OrderChanges();
  let isFirst = true;
  return (order) => {
    const story = storyOf(order, session);
    const news = changes.linesOf(order);
    if (out.isTTY && story.length < (out.rows ?? 0)) block.show(story);
    else session.say(...(isFirst ? [...story, ''] : news));
    isFirst = false;
  };
}
