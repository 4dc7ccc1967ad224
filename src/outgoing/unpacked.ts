import { pipeline, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** As far as it has come: an answer without a body is said to be packed too, and some leave out the end. */
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH };
const LENIENT_BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** Source: RFC 9110, 8.4.1; RFC 7932; RFC 8878. */
const UNPACKING = new Map<string, () => Transform>([
  ['gzip', () => createGunzip(LENIENT)],
  ['x-gzip', () => createGunzip(LENIENT)],
  ['deflate', () => createInflate(LENIENT)],
  ['br', () => createBrotliDecompress(LENIENT_BROTLI)],
  ['zstd', () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush })],
]);

/**
 * The body of an answer, unpacked where it comes packed: nobody asks for that, but a gateway may do it to all that passes.
 * What is packed in another way, or more than once, stays as it is.
 */
export function unpacked({ headers, body }: { headers: Record<string, unknown>; body: Readable }): Readable {
  const unpacking = UNPACKING.get(String(headers['content-encoding']).toLowerCase());
  return unpacking ? pipeline(body, unpacking(), () => {}) : body; // whoever reads it is told what goes wrong
}
