import { readEnvironment, run, wholeNumber } from '../run.ts';
import { payment } from './payments.ts';

const env = readEnvironment({ PAYMENT_PORT: wholeNumber(4002) });

await run(payment, env, 'PAYMENT_PORT', env.PAYMENT_PORT);
