const MAX_BYTES = 64 * 1024;

/**
 * `fetch` for answers that must be small: no redirect is followed, and of what is longer than 64 KiB the rest is not read.
 * @throws TypeError as `fetch` does, Error where the answer is too long
 */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'error' });
  const { status, headers } = response;
  return new Response(await contentOf(response), { status, headers });
}

async function contentOf(response: Response): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('the answer is too long');
    chunks.push(new Uint8Array(chunk));
  }
  return new Blob(chunks);
}
