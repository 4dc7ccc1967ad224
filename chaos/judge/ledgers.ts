import { SERVICES, type ServiceName } from '../system/names.ts';
import { answerOf } from '../unanswered.ts';
import type { Entry } from './evidence.ts';

const PAGE = 20_000;

/** Every effect that happened, at any service. */
export async function wholeLedger(urlOf: (service: ServiceName) => string): Promise<Entry[]> {
  const ledgers = SERVICES.map((service) => answerOf(`the ledger of ${service}`, ledgerAt(urlOf(service))));
  return (await Promise.all(ledgers)).flat();
}

async function ledgerAt(url: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const response = await fetch(`${url}/ledger?limit=${PAGE}&after=${after}`, { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const page = (await response.json()) as { entries: Entry[]; next: number | null };
    entries.push(...page.entries);
    after = page.next;
  }
  return entries;
}
