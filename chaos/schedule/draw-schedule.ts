import { Deck, Random } from '../random.ts';
import { LINKS, PROCESSES, SERVICES, WORKERS } from '../system/names.ts';
import { type Fault, type FaultKind, SERVICE_FAULTS, type ServiceFault, targetOf } from './fault.ts';

export interface TimedFault {
  /** From the beginning of the run. */
  atMs: number;
  fault: Fault;
}

/** Faults that go together, and the calm after them, in which the system has to recover. */
export interface Episode {
  faults: TimedFault[];
  /** When its last fault should be over. */
  overMs: number;
}

export interface Schedule {
  episodes: Episode[];
  totalMs: number;
}

/** Undisturbed, to see what the throughput is. */
export const WARM_UP_MS = 15_000;
/** After each episode. Longer than the recovery may take. */
export const CALM_MS = 20_000;
const WITHIN_EPISODE_MS = 5000;

/** Each kind with how often it is dealt in a round. */
const ROUND: FaultKind[] = [
  ...Array<FaultKind>(6).fill('kill'),
  ...Array<FaultKind>(3).fill('freeze'),
  ...Array<FaultKind>(2).fill('cut'),
  ...Array<FaultKind>(2).fill('stall'),
  'slow',
  'mute',
  ...(Object.keys(SERVICE_FAULTS) as ServiceFault[]),
  'wrong clock',
  'disk full',
  'rolling restart',
];
/** Their effect is judged by itself. */
const ALONE: FaultKind[] = ['rolling restart', 'disk full'];

/** What is done to the system and when: the same for the same seed and length, without what is not possible. */
export function drawSchedule(seed: number, totalMs: number, isPossible: (kind: FaultKind) => boolean): Schedule {
  const { episodes } = drawAll(seed, totalMs);
  const possible = episodes
    .map(({ faults, overMs }) => ({ faults: faults.filter(({ fault }) => isPossible(fault.kind)), overMs }))
    .filter(({ faults }) => faults.length > 0);
  return { episodes: possible, totalMs };
}

function drawAll(seed: number, totalMs: number): Schedule {
  const random = new Random(seed);
  const dealer = new Dealer(random);
  const episodes: Episode[] = [];
  for (let at = WARM_UP_MS; ; at = (episodes.at(-1) as Episode).overMs + CALM_MS) {
    const episode = drawEpisode(random, dealer, at);
    if (episode.overMs + CALM_MS > totalMs) return { episodes, totalMs };
    episodes.push(episode);
  }
}

function drawEpisode(random: Random, dealer: Dealer, fromMs: number): Episode {
  const wanted = random.pick([1, 1, 2, 3]);
  const faults: TimedFault[] = [{ atMs: fromMs, fault: dealer.deal() }];
  while (faults.length < wanted) {
    const fault = dealer.dealBeside(faults.map((timed) => timed.fault));
    if (!fault) break;
    faults.push({ atMs: fromMs + random.between(0, WITHIN_EPISODE_MS), fault });
  }
  faults.sort((one, other) => one.atMs - other.atMs);
  return { faults, overMs: Math.max(...faults.map(({ atMs, fault }) => atMs + fault.forMs)) };
}

/** Deals faults; every process, link and service gets its turn. */
class Dealer {
  readonly #random: Random;
  readonly #kinds: Deck<FaultKind>;
  readonly #killed: Deck<(typeof PROCESSES)[number]>;
  readonly #frozen: Deck<(typeof PROCESSES)[number]>;
  readonly #links: Deck<(typeof LINKS)[number]>;
  readonly #services: Deck<(typeof SERVICES)[number]>;
  readonly #workers: Deck<(typeof WORKERS)[number]>;
  #kept: FaultKind | undefined;

  constructor(random: Random) {
    this.#random = random;
    this.#kinds = new Deck(ROUND, random);
    this.#killed = new Deck(PROCESSES, random);
    this.#frozen = new Deck(PROCESSES, random);
    this.#links = new Deck(LINKS, random);
    this.#services = new Deck(SERVICES, random);
    this.#workers = new Deck(WORKERS, random);
  }

  deal(): Fault {
    const kind = this.#kept ?? this.#kinds.deal();
    this.#kept = undefined;
    return this.#faultOf(kind);
  }

  /** Undefined where what comes next does not go with these; it is kept for the next episode. */
  dealBeside(others: Fault[]): Fault | undefined {
    const kind = this.#kept ?? this.#kinds.deal();
    this.#kept = kind;
    if ([kind, ...others.map((other) => other.kind)].some((each) => ALONE.includes(each))) return undefined;
    const fault = this.#faultOf(kind);
    if (others.some((other) => targetOf(other) === targetOf(fault))) return undefined;
    this.#kept = undefined;
    return fault;
  }

  #faultOf(kind: FaultKind): Fault {
    const random = this.#random;
    switch (kind) {
      case 'kill':
        return { kind, process: this.#killed.deal(), forMs: random.between(0, 4000) };
      case 'freeze':
        // Longer than the relay's lease (8 s), and than every timeout in between.
        return { kind, process: this.#frozen.deal(), forMs: random.between(16_000, 20_000) };
      case 'cut':
        return { kind, link: this.#links.deal(), forMs: random.between(200, 6000) };
      case 'slow':
        return {
          kind,
          link: this.#links.deal(),
          forMs: random.between(6000, 12_000),
          delayMs: random.between(50, 800),
        };
      case 'stall':
      case 'mute':
        return { kind, link: this.#links.deal(), forMs: random.between(4000, 18_000) };
      case 'wrong clock': {
        const offsetSeconds = random.pick([-86_400, -3600, -60, 60, 3600, 86_400]);
        return { kind, process: this.#workers.deal(), forMs: random.between(8000, 16_000), offsetSeconds };
      }
      case 'disk full':
        return { kind, forMs: random.between(4000, 10_000) };
      case 'rolling restart':
        return { kind, forMs: 0 };
      default:
        return { kind, service: this.#services.deal(), forMs: random.between(5000, 15_000) };
    }
  }
}
