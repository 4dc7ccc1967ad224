import { VersionGate, wayFor } from '../../src/relay/version-gate.ts';
import type { Log } from '../../src/telemetry/log.ts';
import type { Routing } from '../../src/temporal/routing.ts';
import { until } from '../support/until.ts';

const aVersion = (buildId: string) => ({ deploymentName: 'durable-orders', buildId });
const [v1, v2] = [aVersion('v1'), aVersion('v2')];
const aRouting = (changes: Partial<Routing> = {}): Routing => ({
  current: null,
  ramping: null,
  percentage: 0,
  ...changes,
});

/** Remembers what was said. */
function aLog() {
  const lines: { level: string; event: string; detail?: string }[] = [];
  const at =
    (level: string) =>
    ({ detail }: { detail?: string }, event: string) =>
      void lines.push({ level, event, ...(detail && { detail }) });
  return { lines, log: { info: at('info'), warn: at('warn') } as unknown as Log };
}

describe('orders are started by', () => {
  test.each<[string, Partial<Routing>, string]>([
    ['the current version, eagerly', { current: v1 }, 'eager'],
    ['no version while none is current', {}, 'closed'],
    ['no version but the current one', { current: v2 }, 'closed'],
    ['no version of another deployment', { current: { ...v1, deploymentName: 'other' } }, 'closed'],
    [
      'the current version while another is ramping, for Temporal to deal out',
      { current: v1, ramping: v2, percentage: 5 },
      'queued',
    ],
    ['the current version while workers without a version are ramping', { current: v1, percentage: 5 }, 'queued'],
    ['no version that is ramping only', { current: v2, ramping: v1, percentage: 5 }, 'closed'],
    ['a version that gets all of the ramp', { current: v2, ramping: v1, percentage: 100 }, 'eager'],
    ['no longer the current version then', { current: v1, ramping: v2, percentage: 100 }, 'closed'],
    ['the current version where the ramp has ended', { current: v1, ramping: v2, percentage: 0 }, 'eager'],
  ])('%s', (_, routing, way) => expect(wayFor(v1, aRouting(routing))).toBe(way));
});

describe('a gate', () => {
  test('follows the current version, and says so once each time', async () => {
    let routing = aRouting();
    const { lines, log } = aLog();
    const gate = new VersionGate({ version: v1, askRouting: async () => routing, log, everyMs: 1 });
    await gate.start();
    expect(gate.way).toBe('closed');
    routing = aRouting({ current: v1 });
    await until(() => gate.way === 'eager');
    routing = aRouting({ current: v2 });
    await until(() => gate.way === 'closed');
    await gate.stop();
    expect(lines.map(({ level, event }) => `${level}: ${event}`)).toEqual([
      'warn: no version is current: new orders wait in PostgreSQL',
      'info: this version takes new orders',
      'info: another version takes new orders; this one finishes its own',
    ]);
  });

  test('tells the command that makes its version the current one', async () => {
    const { lines, log } = aLog();
    const gate = new VersionGate({ version: v1, askRouting: async () => aRouting(), log });
    await gate.look();
    expect(lines[0]?.detail).toContain(
      'temporal worker deployment set-current-version --deployment-name durable-orders --build-id v1',
    );
  });

  test('stays as it was while Temporal does not answer, and complains once', async () => {
    let isAway = false;
    const { lines, log } = aLog();
    const askRouting = async () => {
      if (isAway) throw new Error('14 UNAVAILABLE');
      return aRouting({ current: v1 });
    };
    const gate = new VersionGate({ version: v1, askRouting, log });
    await gate.look();
    isAway = true;
    await gate.look();
    await gate.look();
    expect(gate.way).toBe('eager');
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});
