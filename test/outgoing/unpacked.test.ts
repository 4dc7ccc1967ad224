import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { unpacked } from '../../src/outgoing/unpacked.ts';

const ofBytes = (bytes: Uint8Array, encoding?: string) =>
  unpacked({ headers: { 'content-encoding': encoding }, body: Readable.from([bytes]) });

test.each<[string, (text: string) => Uint8Array]>([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
])('an answer packed by %s is unpacked', async (encoding, pack) => {
  expect(await text(ofBytes(pack('{"ok":true}'), encoding))).toBe('{"ok":true}');
});

test.each([undefined, 'identity', 'rot13', 'constructor'])(
  'an answer that is packed by %s stays as it is',
  async (encoding) => {
    expect(await text(ofBytes(Buffer.from('as it is'), encoding))).toBe('as it is');
  },
);

test.each(['gzip', 'deflate', 'br', 'zstd'])('nothing, packed by %s, is nothing', async (encoding) => {
  expect(await text(unpacked({ headers: { 'content-encoding': encoding }, body: Readable.from([]) }))).toBe('');
});

test('what is not packed as it says is an error for who reads it', async () => {
  await expect(text(ofBytes(Buffer.from('{"ok":true}'), 'gzip'))).rejects.toThrow('incorrect header check');
});
