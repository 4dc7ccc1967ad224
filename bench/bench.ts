import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { PROJECT_ROOT } from '../local/config.ts';
import { ensureWrk } from './load/wrk.ts';
import { Ground } from './machine/ground.ts';
import { PARTS, usualParts } from './parts/index.ts';
import { CONTESTANTS } from './peers/contestants.ts';
import { ensurePeers } from './peers-installed.ts';
import { commitText, machineText } from './report/machine.ts';
import { Results } from './report/results.ts';
import { summary } from './report/summary.ts';
import { tableText } from './report/table.ts';

/** Who is compared with in a quick run, where nobody else is asked for. */
const QUICK = ['durable-orders', 'sync', 'rabbitmq', 'direct', 'express', 'empty'];

interface Options {
  quick: boolean;
  rounds?: number;
  only?: string[];
}

const command = new Command('npm run bench --')
  .description('Measures durable-orders beside what it replaces and what one would choose instead.')
  .argument('[part...]', `some of: ${PARTS.map(({ name }) => name).join(', ')}; without any: all`)
  .option('--quick', 'a look in a few minutes: small numbers, one round, the nearest contestants', false)
  .option('--rounds <n>', 'how often each is measured, alternating (3; with --quick 1)', Number)
  .option('--only <names>', 'these contestants, by comma', (names) => names.split(','))
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench -- --quick\n  npm run bench -- accept latency\n  npm run bench -- completed --only durable-orders,direct,empty --rounds 5',
  )
  .exitOverride();

try {
  command.parse();
  await bench(command.args, command.opts<Options>());
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function bench(names: string[], { quick, rounds = quick ? 1 : 3, only }: Options): Promise<void> {
  const parts = partsOf(names, quick);
  await ensureWrk();
  await ensurePeers();
  const interrupted = new AbortController();
  const started = performance.now();
  const say = (text: string) => console.error(`${clock(performance.now() - started)} ${text}`);

  await using ground = await Ground.prepare({
    dataDir: join(PROJECT_ROOT, '.data', 'bench'),
    note: say,
    signal: interrupted.signal,
  });
  process.on('exit', () => ground.kill());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

  const contestants = CONTESTANTS.filter(({ name }) => (only ? only.includes(name) : !quick || QUICK.includes(name)));
  const command = ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- ');
  const about = { command, machine: machineText(), commit: commitText() };
  const results = new Results({ ...about, isCertain: !quick && !only && rounds >= 3 });
  for (const part of parts) {
    say(`— ${part.title}`);
    const findings = await part.run({ ground, rounds, quick, contestants, say });
    for (const table of findings.tables) console.log(tableText(table));
    results.add(part.name, findings);
  }
  console.log(tableText(summary(results.found)));
  say(`wrote ${results.files.join(', ')}`);
}

function partsOf(names: string[], quick: boolean) {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no part ${unknown.join(', ')}: there are ${PARTS.map(({ name }) => name).join(', ')}.`);
  if (names.length > 0) return PARTS.filter(({ name }) => names.includes(name));
  return usualParts(quick);
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
