import { APIS, type LinkName, type ProcessName, type ServiceName, type WorkerName } from '../system/names.ts';

/** What a service does wrong, as its `PUT /faults` takes it, and a name for it. */
export const SERVICE_FAULTS = {
  'service fails': { fail: 0.8 },
  'service is unavailable': { fail: 1, status: 503 },
  'service asks for patience': { fail: 0.7, status: 429, retry_after: 3 },
  'service hangs': { hang: 0.5 },
  'service drops connections': { drop: 0.6 },
  'service fails after the work': { fail_after: 0.6 },
  'service answers nonsense': { garbage: 0.3 },
  'service refuses': { refuse: 0.5 },
  'service is slow': { latency_ms: 2500 },
} as const;
export type ServiceFault = keyof typeof SERVICE_FAULTS;

export type Fault =
  /** SIGKILL; started again after `forMs`. */
  | { kind: 'kill'; process: ProcessName; forMs: number }
  /** SIGSTOP, later SIGCONT. */
  | { kind: 'freeze'; process: ProcessName; forMs: number }
  /** Connections are reset, new ones too. */
  | { kind: 'cut'; link: LinkName; forMs: number }
  /** Whatever goes either way passes piece by piece, `delayMs` for each. */
  | { kind: 'slow'; link: LinkName; forMs: number; delayMs: number }
  /** Nothing goes either way; afterwards it arrives after all. */
  | { kind: 'stall'; link: LinkName; forMs: number }
  /** Requests arrive, answers are lost. */
  | { kind: 'mute'; link: LinkName; forMs: number }
  | { kind: ServiceFault; service: ServiceName; forMs: number }
  | { kind: 'disk full'; forMs: number }
  | { kind: 'wrong clock'; process: WorkerName; forMs: number; offsetSeconds: number }
  /** SIGTERM to each worker and API in turn, and its start again. */
  | { kind: 'rolling restart'; forMs: 0 };

export type FaultKind = Fault['kind'];

/** What a fault is done to; two faults with one target do not go together. */
export function targetOf(fault: Fault): string {
  if ('process' in fault) return fault.process;
  if ('link' in fault) return fault.link;
  if ('service' in fault) return fault.service;
  return fault.kind === 'disk full' ? 'postgresql' : 'workers and APIs';
}

/** Whether it stands between a client and the commit of its order. */
export function isInTheWayOfIntake(fault: Fault): boolean {
  const target = targetOf(fault);
  return (
    fault.kind === 'rolling restart' ||
    [...APIS, 'postgresql'].includes(target) ||
    target.startsWith('client>') ||
    APIS.some((api) => target === `${api}>postgresql`)
  );
}

/** For people: `kill payment for 2.1 s`. */
export function textOf(fault: Fault): string {
  if (fault.kind === 'rolling restart') return 'rolling restart of workers and APIs';
  const detail =
    fault.kind === 'slow'
      ? ` by ${fault.delayMs} ms`
      : fault.kind === 'wrong clock'
        ? ` by ${fault.offsetSeconds > 0 ? '+' : ''}${fault.offsetSeconds} s`
        : '';
  const target = fault.kind === 'disk full' ? '' : `: ${targetOf(fault)}`;
  return `${fault.kind}${target}${detail} for ${(fault.forMs / 1000).toFixed(1)} s`;
}
