import { type Finding, inTime, type State } from '../doctor/finding.ts';
import { checkApi, checkService, checkWebUi } from '../doctor/http-check.ts';
import { checkNode } from '../doctor/node-check.ts';
import { placesFrom } from '../doctor/places.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Colour } from '../screen/paint.ts';
import { pad, wrapped } from '../screen/text.ts';
import type { Session } from '../session.ts';

export const addDoctor: AddTo = (program, perform) => {
  const command = program
    .command('doctor')
    .description('look at everything the system needs, and say what to do about what is not well')
    .action(perform(doctor));
  withExamples(command, 'durable-orders doctor', 'DATABASE_URL=postgres://… TEMPORAL_ADDRESS=… durable-orders doctor');
};

async function doctor(session: Session): Promise<ExitCode> {
  const findings: Finding[] = [];
  for (const check of checksFor(session)) {
    const found = await check;
    findings.push(...found);
    if (!session.asJson) for (const finding of found) session.say(...linesOf(finding, session));
  }
  const bad = findings.filter(({ state }) => state === 'failed').length;
  session.answer({ ok: bad === 0, checks: findings }, () => ['', verdictOn(findings)]);
  return bad > 0 ? EXIT.no : EXIT.done;
}

/** All at once; told in this order. */
function checksFor({ terminal: { env }, api }: Session): Promise<Finding[]>[] {
  const places = placesFrom(env, api.url);
  return [
    inTime(
      'settings',
      import('../doctor/settings-check.ts').then(({ checkSettings }) => checkSettings(env)),
    ),
    inTime('Node.js', Promise.resolve(checkNode(process.versions.node))),
    inTime('API', checkApi(places.api)),
    inTime(
      'PostgreSQL',
      import('../doctor/database-check.ts').then(({ checkDatabase }) => checkDatabase(places.database)),
    ),
    inTime(
      'Temporal',
      import('../doctor/temporal-check.ts').then(({ checkTemporal }) => checkTemporal(env)),
    ),
    ...places.services.map(({ name, place }) => inTime(name, checkService(name, place))),
    inTime('Web UI', checkWebUi(places.webUi)),
  ];
}

const COLOURS: Record<State, Colour> = { ok: 'green', warning: 'yellow', failed: 'red' };
const STATE_WIDTH = 9;
const INDENT = 28;

function linesOf({ check, state, found, todo }: Finding, { paint, frame }: Session): string[] {
  const [first = '', ...rest] = [found, ...(todo ? [todo] : [])].flatMap((text) =>
    wrapped(text, frame.width, ' '.repeat(INDENT)),
  );
  const heading = `${paint(COLOURS[state], pad(state, STATE_WIDTH))}${pad(check, INDENT - STATE_WIDTH)}`;
  return [heading + first.slice(INDENT), ...rest];
}

function verdictOn(findings: Finding[]): string {
  const failed = findings.filter(({ state }) => state === 'failed').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  if (failed > 0) return `${failed} of ${findings.length} checks failed.`;
  return warnings > 0 ? `Nothing failed; ${warnings === 1 ? '1 warning' : `${warnings} warnings`}.` : 'All is well.';
}
