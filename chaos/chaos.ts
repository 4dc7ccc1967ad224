import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { chaosRun } from './chaos-run.ts';
import { regressions } from './regressions.ts';
import { trySabotages } from './sabotage/try-sabotages.ts';

interface Options {
  minutes: number;
  seed: number;
  rate: number;
  regressions?: true;
  sabotage?: true | string[];
}

const atLeast = (least: number) => (text: string) => {
  const value = Number(text);
  if (!(value >= least)) throw new InvalidArgumentError(`it must be a number, and ${least} at least.`);
  return value;
};

const command = new Command('npm run chaos --')
  .description(
    'Loads the whole system, kills, stops and disturbs its parts, heals it, and checks that nothing is lost.',
  )
  .option('--minutes <n>', 'how long orders are posted', atLeast(0.5), 3)
  .option('--seed <n>', 'what the faults are drawn from (another one each time)', atLeast(0), Date.now() % 1_000_000)
  .option('--rate <n>', 'orders per second', atLeast(1), 10)
  .option('--regressions', 'the seeds that have found something before: chaos/regressions.json')
  .option('--sabotage [names...]', 'builds with a fault put in on purpose: each must be reported')
  .exitOverride();

const startedAt = performance.now();
const say = (text: string) => console.log(`${clock(performance.now() - startedAt)} ${text}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

try {
  command.parse();
  process.exit((await chaos(command.opts<Options>())) ? 0 : 1);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  console.error(error);
  process.exit(2);
}

/** @returns whether all is as it should be */
async function chaos({ sabotage, ...options }: Options): Promise<boolean> {
  if (sabotage) return await trySabotages(sabotage === true ? [] : sabotage, say);
  if (!options.regressions) return await chaosRun(options, say);
  let allFine = true;
  for (const { reason, ...draw } of regressions()) {
    say(reason);
    allFine = (await chaosRun(draw, say)) && allFine;
  }
  return allFine;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
