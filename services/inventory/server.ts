import { readEnvironment, run, wholeNumber } from '../run.ts';
import { inventory } from './stock.ts';

const env = readEnvironment({ INVENTORY_PORT: wholeNumber(4001), INITIAL_STOCK: wholeNumber(1_000_000) });

await run(inventory(env.INITIAL_STOCK), env, 'INVENTORY_PORT', env.INVENTORY_PORT);
