import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { PROJECT_ROOT } from '../local/config.ts';
import { AlreadyRunning, RunRecord } from '../local/run-record.ts';
import { type Choice, choose, Misnamed, namesText } from './choice.ts';
import { Ground } from './machine/ground.ts';
import { probe } from './machine/probe.ts';
import { ensureNeeds } from './needs.ts';
import { ensurePeers } from './peers-installed.ts';
import { commitText, machineText, versionsText } from './report/machine.ts';
import { Results } from './report/results.ts';
import { summary } from './report/summary.ts';
import { tableText } from './report/table.ts';

/** Asked for something that there is not, or in a way that cannot be read. */
const MISUSED = 2;

interface Options {
  quick: boolean;
  rounds?: number;
  only: string[];
}

const command = new Command('npm run bench --')
  .description('Measures durable-orders beside what it replaces and what one would choose instead.')
  .argument('[part...]', 'these parts; without any: all but profile')
  .option(
    '--quick',
    'a look in less than three minutes on a machine that does nothing else: small numbers, one round, and only those compared with whom the goals speak of; too few requests for some P99s',
    false,
  )
  .option('--rounds <n>', 'how often each is measured, alternating (3; with --quick 1)', wholeNumber)
  .option('--only <names>', 'these parts and these contestants, by comma', (names) => names.split(','), [])
  .addHelpText(
    'after',
    `\n${namesText()}\n\nExamples:\n  npm run bench -- --quick\n  npm run bench -- accept latency\n  npm run bench -- completed --only durable-orders,direct,empty --rounds 5`,
  )
  .exitOverride();

try {
  command.parse();
  const options = command.opts<Options>();
  await bench(choose(command.args, options.only, options.quick), options);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : MISUSED);
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof Misnamed ? MISUSED : 1);
}

async function bench(choice: Choice, { quick, rounds = quick ? 1 : 3 }: Options): Promise<void> {
  const { parts, contestantsOf, isWhole } = choice;
  await ensureNeeds(choice);
  await ensurePeers();
  const interrupted = new AbortController();
  const interrupt = () => {
    interrupted.abort(); // Go, building, tidies up
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const started = performance.now();
  const say = (text: string) => console.error(`${clock(performance.now() - started)} ${text}`);

  using _record = await claim(join(PROJECT_ROOT, '.data', 'bench'));
  await using ground = await Ground.prepare({
    dataDir: join(PROJECT_ROOT, '.data', 'bench', 'ground'),
    note: say,
    signal: interrupted.signal,
  });

  const command = ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- ');
  const about = { command, machine: machineText(), versions: versionsText(), commit: commitText() };
  const results = new Results({ ...about, isCertain: isWhole && rounds >= 3 });
  const look = async () => (quick ? undefined : await probe());
  let before = await look();
  for (const part of parts) {
    say(`— ${part.title}`);
    const findings = await part.run({ ground, rounds, quick, contestants: contestantsOf(part), say });
    for (const table of findings.tables) console.log(tableText(table));
    const after = await look();
    results.add(part, before && after && { before, after }, findings);
    before = after;
  }
  const goals = summary(results.found);
  if (goals.rows.length > 0) console.log(tableText(goals));
  say(`wrote ${results.files.join(', ')}`);
}

/** Two at once would measure each other, and remove each other's databases. @throws where another is under way */
async function claim(dataDir: string): Promise<Disposable> {
  const record = await RunRecord.claim(dataDir).catch((error) => {
    if (!(error instanceof AlreadyRunning)) throw error;
    throw new Error(`A benchmark is under way here, with its data in ${dataDir}: wait until it has ended.`);
  });
  return { [Symbol.dispose]: () => record.release() };
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number, 1 or more.');
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
