import { randomUUID } from 'node:crypto';

/** `version-trace id-parent id-flags`. Source: W3C Trace Context, 3.2. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/**
 * 16 random bytes in hex, but for the six bits that make it a UUID: Node takes their randomness from a store, and asks the system
 * for it a hundred times less often than `randomBytes` does, which was a tenth of the work of accepting an order.
 */
const randomHex = (): string => randomUUID().replaceAll('-', '');

const spanId = (): string => randomHex().slice(16);

/** The caller's context where it sent a valid one, otherwise a new trace. */
export const traceparentFrom = (header: string | undefined): string =>
  header && TRACEPARENT.test(header) ? header : `00-${randomHex()}-${spanId()}-01`;

/** The same trace under a new span, for a call of our own. */
export function childOf(traceparent: string): string {
  const [, trace, flags] = TRACEPARENT.exec(traceparent) ?? [];
  return trace ? `00-${trace}-${spanId()}-${flags}` : traceparentFrom(undefined);
}
