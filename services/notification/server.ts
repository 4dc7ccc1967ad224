import { readEnvironment, run, wholeNumber } from '../run.ts';
import { notification } from './messages.ts';

const env = readEnvironment({ NOTIFICATION_PORT: wholeNumber(4003) });

await run(notification, env, 'NOTIFICATION_PORT', env.NOTIFICATION_PORT);
