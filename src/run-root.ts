import { messageOf } from './telemetry/log.ts';

/** What a root must release, in the order in which it was built. */
export interface Running {
  stop(): Promise<void>;
}

/**
 * Runs a root: a start that fails is one clear sentence and exit code 1; SIGTERM, SIGINT or the end of the parent that
 * holds the IPC channel drains, a second signal forces.
 */
export async function runRoot(start: () => Promise<Running>): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    console.error(messageOf(error));
    process.exit(1);
  }
  let isStopping = false;
  const stop = async () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    await running.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  process.send?.('ready');
}
