import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** Source: RFC 9110, 8.4.1; RFC 7932; RFC 8878. */
const UNPACKING = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/**
 * The body of an answer, unpacked where it comes packed: nobody asks for that, but a gateway may do it to all that passes.
 * What is packed in another way, or more than once, stays as it is.
 */
export function unpacked({ headers, body }: { headers: Record<string, unknown>; body: Readable }): Readable {
  const unpacking = UNPACKING.get(String(headers['content-encoding']).toLowerCase());
  return unpacking ? pipeline(body, unpacking(), () => {}) : body; // whoever reads it is told what goes wrong
}
