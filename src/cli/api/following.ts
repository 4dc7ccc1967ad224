import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable } from './answers.ts';

/** For how long an outage is waited out; a rolling deploy or a restart is over by then. */
const PATIENCE_MS = 60_000;

export interface Following<Document> {
  isOver(document: Document): boolean;
  everyMs: number;
  /** Each look is a version, as where a clock is shown. */
  evenUnchanged?: boolean;
  /** Told once for each outage. */
  onOutage?(error: Error): void;
}

/** Each version of a document, until it is over. */
export async function* versionsOf<Document>(
  ask: () => Promise<Document>,
  { isOver, everyMs, evenUnchanged = false, onOutage }: Following<Document>,
): AsyncGenerator<Document> {
  const askThrough = throughOutages(ask, everyMs, onOutage);
  let document = await ask(); // what is not there at all need not be waited for
  yield document;
  while (!isOver(document)) {
    await pause(everyMs);
    const next = await askThrough();
    const isNew = evenUnchanged || JSON.stringify(next) !== JSON.stringify(document);
    document = next;
    if (isNew) yield document;
  }
}

const throughOutages =
  <Document>(ask: () => Promise<Document>, everyMs: number, onOutage?: (error: Error) => void) =>
  async (): Promise<Document> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!isUnavailable(error) || performance.now() > deadline) throw error;
        if (attempt === 1) onOutage?.(error as Error);
        await pause(everyMs);
      }
    }
  };
