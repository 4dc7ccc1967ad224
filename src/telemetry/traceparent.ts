import { randomBytes } from 'node:crypto';

/** `version-trace id-parent id-flags`. Source: W3C Trace Context, 3.2. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

const spanId = (): string => randomBytes(8).toString('hex');

/** The caller's context where it sent a valid one, otherwise a new trace. */
export const traceparentFrom = (header: string | undefined): string =>
  header && TRACEPARENT.test(header) ? header : `00-${randomBytes(16).toString('hex')}-${spanId()}-01`;

/** The same trace under a new span, for a call of our own. */
export function childOf(traceparent: string): string {
  const [, trace, flags] = TRACEPARENT.exec(traceparent) ?? [];
  return trace ? `00-${trace}-${spanId()}-${flags}` : traceparentFrom(undefined);
}
