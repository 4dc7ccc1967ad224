import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, SERVICE_FAULTS } from '../schedule/fault.ts';
import { APIS, type ServiceName, WORKERS } from '../system/names.ts';
import type { ChaosSystem } from '../system/system.ts';
import { Unanswered } from '../unanswered.ts';

/** Does it to the system, and resolves when it is healed. */
export async function inflict(fault: Fault, system: ChaosSystem): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      await system.member(fault.process).kill();
      await pause(fault.forMs);
      return await system.member(fault.process).start();
    case 'freeze':
      system.member(fault.process).freeze();
      await pause(fault.forMs);
      return system.member(fault.process).thaw();
    case 'cut':
    case 'stall':
    case 'mute':
      system.proxy(fault.link)[fault.kind]();
      await pause(fault.forMs);
      return system.proxy(fault.link).heal();
    case 'slow':
      system.proxy(fault.link).slow(fault.delayMs);
      await pause(fault.forMs);
      return system.proxy(fault.link).heal();
    case 'wrong clock':
      system.clocks[fault.process].set(fault.offsetSeconds);
      await pause(fault.forMs);
      return system.clocks[fault.process].set(0);
    case 'disk full':
      system.disk?.fill();
      await pause(fault.forMs);
      return system.disk?.free();
    case 'rolling restart':
      return await restartInTurn(system);
    default:
      await told(system, fault.service, SERVICE_FAULTS[fault.kind]);
      await pause(fault.forMs);
      return await told(system, fault.service, {});
  }
}

async function restartInTurn(system: ChaosSystem): Promise<void> {
  for (const name of [...WORKERS, ...APIS]) {
    await system.member(name).stop();
    await system.member(name).start();
  }
}

/** A service that is frozen or down hears of it when it is back; one that was started again has no faults anyway. */
async function told(system: ChaosSystem, service: ServiceName, faults: object): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const response = await fetch(`${system.urlOf(service)}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
      signal: AbortSignal.timeout(1000),
    }).catch(() => undefined);
    await response?.arrayBuffer().catch(() => {});
    if (response?.ok) return;
    await pause(500);
  }
  throw new Unanswered(`${service} can't be told its faults, although nothing keeps it from answering for so long`);
}
