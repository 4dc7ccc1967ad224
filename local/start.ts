import { type Settings, SettingsError, settingsFrom, shown } from './config.ts';
import { freshLog } from './log-file.ts';
import { unreachable } from './outside-addresses.ts';
import { planFor, portsFor } from './plan.ts';
import { portConflicts } from './ports.ts';
import { Progress } from './progress.ts';
import { AlreadyRunning, RunRecord } from './run-record.ts';
import { onOrphaned, onStopSignals } from './signals.ts';
import { PartFailed, Supervisor } from './supervisor.ts';
import { welcome } from './welcome.ts';

/** Something that has to be put right first; nothing was started. */
class CannotStart extends Error {}

const EXPECTED = [SettingsError, AlreadyRunning, CannotStart, PartFailed];

try {
  await start(settingsFrom(process.env));
} catch (error) {
  new Progress(false).failed(sentenceOf(error));
  process.exit(1);
}

async function start(settings: Settings): Promise<void> {
  const progress = new Progress(process.stdout.isTTY && !settings.NO_COLOR);
  progress.say(`Starting durable-orders, data in ${shown(settings.DATA_DIR)}`);
  const record = await RunRecord.claim(settings.DATA_DIR);
  if (record.leftovers.length > 0) progress.say(`Stopped what a killed run had left: ${record.leftovers.join(', ')}`);

  const checks = [portConflicts(portsFor(settings)), unreachable(settings)];
  const problems = (await Promise.all(checks)).flat();
  if (problems.length > 0) {
    record.release();
    throw new CannotStart(problems.join('\n'));
  }
  await run(settings, record, progress);
}

async function run(settings: Settings, record: RunRecord, progress: Progress): Promise<void> {
  const supervisor = supervisorFor(settings, record, progress);
  let stopping = false;
  const stop = async (code: number) => {
    stopping = true;
    await supervisor.stop();
    record.release();
    progress.say('Stopped.');
    process.exit(code);
  };
  const drain = () => {
    if (!stopping) progress.say('\nStopping; once more to stop at once.');
    void stop(0);
  };
  onStopSignals(drain, () => process.exit(1));
  if (settings.npm_lifecycle_event) onOrphaned(drain);
  // However this process ends by itself, nothing of ours is left.
  process.on('exit', () => supervisor.kill());

  try {
    await supervisor.start();
    welcome(settings, progress, process.uptime() * 1000);
  } catch (error) {
    if (stopping) return;
    progress.failed(sentenceOf(error));
    await stop(1);
  }
}

function supervisorFor(settings: Settings, record: RunRecord, progress: Progress): Supervisor {
  const plan = planFor(settings, process.env);
  for (const { log } of plan.flat()) if (log) freshLog(log);
  return new Supervisor(plan, {
    spawned: (part, pid) => record.add(part, pid),
    note: (part, text) => progress.note(part, text),
    ready: (part, tookMs) => progress.done(part.name, tookMs),
    died: (part, why, againInMs) => progress.died(part, why, againInMs),
    back: (part, tookMs) => progress.back(part, tookMs),
  });
}

/** What was to be expected, or what the operating system refuses, is one sentence; a mistake of ours has its stack. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = EXPECTED.some((kind) => error instanceof kind) || 'syscall' in error;
  return expected ? error.message : (error.stack ?? error.message);
}
