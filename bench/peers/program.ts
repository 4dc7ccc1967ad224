/** Releases what a program has built, in reverse order. */
export type Stop = () => Promise<void>;

/**
 * Runs a program as this process: tells its parent when it is ready; SIGTERM, SIGINT or the end of the parent that holds
 * the IPC channel stops it. A start that fails is said on stderr and ends with 1.
 */
export async function runProgram(start: () => Promise<Stop>): Promise<void> {
  const stop = await start().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
  let stopping = false;
  const end = async () => {
    if (stopping) return;
    stopping = true;
    await stop();
    process.exit(0);
  };
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(event, end);
  process.send?.('ready');
}
