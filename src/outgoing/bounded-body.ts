/** More than any answer that is asked for here has. */
const MAX_BYTES = 64 * 1024;

/**
 * What an answer says, unpacked, where that is 64 KiB at most. Of what is longer the rest is not read, and its connection is
 * let go: whoever answers decides neither how much memory that takes nor, with the call's own signal, how much time.
 * @returns null where it is longer
 * @throws what the body does where it does not come to its end: the signal's reason, or what `fetch` or undici say
 */
export async function boundedBody(body: AsyncIterable<Uint8Array> | null): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return null; // leaving the loop cancels the body
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
