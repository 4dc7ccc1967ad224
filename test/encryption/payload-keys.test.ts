import { encryptionFrom } from '../../src/encryption/encryption.ts';
import { PayloadKeysError, readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';

test('the first key encrypts, all decrypt', () => {
  const { writing, byId } = readPayloadKeys(`# rotated in May\n${aKey('new')}\n\n${aKey('old')} # until June\n`);
  expect(writing).toBe('new');
  expect([...byId.keys()]).toEqual(['new', 'old']);
});

test('`clear` in the first line encrypts nothing, and what is encrypted can be read', () => {
  const { writing, byId } = readPayloadKeys(`clear\n${aKey('k1')}`);
  expect(writing).toBeNull();
  expect([...byId.keys()]).toEqual(['k1']);
});

const SECRET = Buffer.alloc(31, 7).toString('base64');

test.each([
  ['nothing', '# later\n', 'no key'],
  ['clear alone', 'clear', 'no key'],
  ['clear below a key', `${aKey('k1')}\nclear`, 'line 2'],
  ['a key that is too short', `k1 ${SECRET}`, 'line 1'],
  ['a key that is no base64', `k1 ${'!'.repeat(44)}`, 'line 1'],
  ['a key without an id', SECRET, 'line 1'],
  ['an id that has other characters', aKey('käse'), 'line 1'],
  ['an id that is there already', `${aKey('k1')}\n${aKey('k1')}`, 'line 2'],
  ['more than a key', `${aKey('k1')} more`, 'line 1'],
])('%s is refused, with its place and without what is there', (_, text, place) => {
  expect(() => readPayloadKeys(text)).toThrow(PayloadKeysError);
  expect(() => readPayloadKeys(text)).toThrow(place);
  expect(() => readPayloadKeys(text)).not.toThrow(SECRET);
});

test('a file that is not there or does not fit is named with its setting', () => {
  expect(() => encryptionFrom('/nowhere')).toThrow(/^PAYLOAD_KEYS_FILE \(\/nowhere\) can't be used: .*ENOENT/);
  using keys = new KeysFile('k1 short');
  expect(() => encryptionFrom(keys.path)).toThrow(/^PAYLOAD_KEYS_FILE .* can't be used: line 1: /);
});

test('without a file there is no encryption; with one, failures are encrypted too, unless it says clear', () => {
  expect(encryptionFrom(undefined)).toBeUndefined();
  using keys = new KeysFile(aKey('k1'));
  expect(encryptionFrom(keys.path)).toMatchObject({ failureConverterPath: expect.any(String) });
  keys.write('clear', aKey('k1'));
  expect(encryptionFrom(keys.path)).not.toHaveProperty('failureConverterPath');
});
