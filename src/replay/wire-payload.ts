/** A payload in a history's JSON: both of its halves are base64. */
export interface WirePayload {
  metadata: { encoding: string; [name: string]: string };
  data?: string;
}

/**
 * The payload with its JSON value changed. One that is encoded otherwise (encrypted, protobuf) can't be looked into, so
 * it loses its data.
 */
export function withValue(payload: WirePayload, change: (value: unknown) => unknown): WirePayload {
  const { metadata, data } = payload;
  if (data === undefined) return payload;
  if (decoded(metadata.encoding) !== 'json/plain') return { metadata };
  return { metadata, data: Buffer.from(JSON.stringify(change(JSON.parse(decoded(data))))).toString('base64') };
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();
