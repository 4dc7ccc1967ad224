import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { EncryptionCodec, Undecipherable } from '../../src/encryption/encryption-codec.ts';
import { readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import { aKey } from '../support/payload-keys.ts';

const [FIRST, SECOND] = [aKey('first'), aKey('second')];
const codecWith = (...lines: string[]) => new EncryptionCodec(readPayloadKeys(lines.join('\n')));
const codec = codecWith(FIRST);
const CONTENT = { paymentMethod: 'pm_marker' };
const CLEAR = defaultPayloadConverter.toPayload(CONTENT) as Payload;
const contentOf = (payload: Payload) => defaultPayloadConverter.fromPayload(payload);
const textOf = (payload: Payload, name: string) => Buffer.from(payload.metadata?.[name] ?? []).toString();
const bytesOf = ({ data }: Payload) => Buffer.from(data ?? []);
const flipped = (payload: Payload, at: number): Payload => {
  const data = Buffer.from(bytesOf(payload));
  const index = at < 0 ? data.length + at : at;
  data.writeUInt8(data.readUInt8(index) ^ 1, index);
  return { ...payload, data };
};

test.each([{ paymentMethod: 'pm_marker' }, 'text', 7, null, undefined, new Uint8Array([1, 2])])(
  '%p is read as it was written',
  async (value) => {
    const [sealed] = await codec.encode([defaultPayloadConverter.toPayload(value) as Payload]);
    const [opened] = await codec.decode([sealed as Payload]);
    expect(contentOf(opened as Payload)).toEqual(value);
  },
);

test('what is stored says that it is encrypted and with which key, and nothing else', () => {
  const sealed = codec.seal(CLEAR);
  expect(Object.keys(sealed.metadata ?? {}).toSorted()).toEqual(['encoding', 'encryption-key-id']);
  expect([textOf(sealed, 'encoding'), textOf(sealed, 'encryption-key-id')]).toEqual(['binary/encrypted', 'first']);
  expect(bytesOf(sealed).toString('latin1')).not.toMatch(/marker|json/);
});

test('equal payloads are stored differently: each has a nonce of its own', () => {
  const nonces = Array.from({ length: 1000 }, () => bytesOf(codec.seal(CLEAR)).subarray(0, 12).toString('hex'));
  expect(new Set(nonces).size).toBe(1000);
});

test('a payload in clear passes through', async () => {
  expect(await codec.decode([CLEAR])).toEqual([CLEAR]);
});

test('after a rotation the new key writes, and what the old one wrote can be read', () => {
  const before = codec.seal(CLEAR);
  const rotated = codecWith(SECOND, FIRST);
  expect(contentOf(rotated.open(before))).toEqual(CONTENT);
  const after = rotated.seal(CLEAR);
  expect(textOf(after, 'encryption-key-id')).toBe('second');
  expect(contentOf(codecWith(FIRST, SECOND).open(after))).toEqual(CONTENT);
});

test('a key that is not there is named', () => {
  expect(() => codecWith(SECOND).open(codec.seal(CLEAR))).toThrow(
    new Undecipherable('the key first of a payload is not in PAYLOAD_KEYS_FILE'),
  );
});

test('switched off, payloads are written in clear and read all the same', () => {
  const off = codecWith('clear', FIRST);
  expect(off.seal(CLEAR)).toBe(CLEAR);
  expect(contentOf(off.open(codec.seal(CLEAR)))).toEqual(CONTENT);
});

test.each([
  ['nonce', 0],
  ['ciphertext', 20],
  ['tag', -1],
])('a %s that was changed is noticed', (_, at) => {
  expect(() => codec.open(flipped(codec.seal(CLEAR), at))).toThrow(Undecipherable);
});

test.each([0, 11, 12, 27])('a payload cut to %i bytes is noticed', (length) => {
  const sealed = codec.seal(CLEAR);
  expect(() => codec.open({ ...sealed, data: bytesOf(sealed).subarray(0, length) })).toThrow(Undecipherable);
});

test('the id of a key can not be exchanged, even for one of the same key', () => {
  const [, secret] = FIRST.split(' ');
  const both = codecWith(FIRST, `alias ${secret}`);
  const sealed = both.seal(CLEAR);
  const renamed = { ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': Buffer.from('alias') } };
  expect(() => both.open(renamed)).toThrow(Undecipherable);
});
