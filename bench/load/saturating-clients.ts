import type { Saturation } from './wrk.ts';

/** Of whom some saturate whoever only stores what is taken. */
export const CLIENTS = [64, 256, 1024];

/**
 * With how many clients, who ask again as soon as they are answered, most is taken. A look at each is noisy: what is
 * compared is measured again with that number.
 */
export async function saturatingClients(
  candidates: number[],
  look: (connections: number) => Promise<Pick<Saturation, 'rate'>>,
): Promise<number> {
  let best = { clients: candidates[0] as number, rate: 0 };
  for (const clients of candidates) {
    const { rate } = await look(clients);
    if (rate > best.rate) best = { clients, rate };
  }
  return best.clients;
}
