import { setTimeout as pause } from 'node:timers/promises';
import { postOrders } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { Ground } from '../machine/ground.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import type { Circumstances } from './part.ts';

const TURNS = 5;
/** More than either carries in all its turns. */
const BACKLOG = 20_000;
/** Until as many orders are in flight as there is room for, and what is hot is compiled. */
const WARM_UP_MS = 15_000;
const MEASURED_MS = 45_000;

/**
 * A system that has carried many orders in turn with one that has carried none, on a PostgreSQL of its own, each with the same backlog: an hour
 * lies between the first tenth of a drain and the last, and these machines do not stay as fast for so long. Whose turn it is not has no
 * worker meanwhile.
 * @returns orders carried through a second, a turn each
 */
export async function besideNew(
  aged: Field,
  { ground, say }: Circumstances,
): Promise<Record<'aged' | 'new', number[]>> {
  await using newGround = await Ground.prepare({ ...ground.options, dataDir: `${ground.options.dataDir}-new` });
  await using young = await Field.lay(newGround, DURABLE_ORDERS, { latencies: 'none', carrying: true });
  const fields = { aged, new: young };
  for (const field of [aged, young]) {
    await field.processes.stop('carrying');
    await postOrders(field.url, BACKLOG);
  }
  return await alternating(['aged', 'new'], TURNS, async (name, turn) => {
    const rate = await takeTurn(fields[name]);
    say(`drain, turn ${turn}: the ${name} one ${figure(rate)}/s`);
    return rate;
  });
}

/** @returns orders carried through a second */
async function takeTurn(field: Field): Promise<number> {
  await field.startCarrying();
  await pause(WARM_UP_MS);
  const [before, from] = [await field.services.completed(), performance.now()];
  await pause(MEASURED_MS);
  const [after, to] = [await field.services.completed(), performance.now()];
  await field.processes.stop('carrying');
  return ((after - before) / (to - from)) * 1000;
}
