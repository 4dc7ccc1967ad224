import { hashOf, isKey, newKey } from '../../src/access/key.ts';
import { KeysError, readKeyLines } from '../../src/access/key-lines.ts';
import { aHolder } from './key-holders.ts';

const complaint = (text: string): string => {
  try {
    readKeyLines(text);
  } catch (error) {
    expect(error).toBeInstanceOf(KeysError);
    return (error as Error).message;
  }
  throw new Error('the keys were accepted');
};

describe('a key', () => {
  test('is 256 random bits that no other has', () => {
    const keys = Array.from({ length: 1000 }, newKey);
    expect(new Set(keys).size).toBe(1000);
    for (const key of keys) expect(Buffer.from(key.slice('dok_'.length), 'base64url')).toHaveLength(32);
  });

  test('can be told from a token, and from what is only like one', () => {
    expect(isKey(newKey())).toBe(true);
    for (const other of ['', 'dok_', 'a.b.c', newKey().slice(1), `${newKey()}x`, ` ${newKey()}`])
      expect([other, isKey(other)]).toEqual([other, false]);
  });
});

describe('lines of keys', () => {
  test('name callers by the hash of their key, with comments and empty lines between', () => {
    const [shop, ann] = [aHolder('shop'), aHolder('ann', 'operator')];
    const callers = readKeyLines(`# clients\n${shop.line}   # since May, key 1\r\n\n  ${ann.line}\n`);
    expect([...callers]).toEqual([
      [hashOf(shop.key), { id: 'shop', role: 'client' }],
      [hashOf(ann.key), { id: 'ann', role: 'operator' }],
    ]);
  });

  test('may be one line, separated by commas, as a variable has them', () => {
    expect(readKeyLines(`${aHolder('shop').line}, ${aHolder('ann', 'viewer').line}`).size).toBe(2);
  });

  test('hold no key, and nothing that leads back to one', () => {
    const { key, line } = aHolder('shop');
    expect(line).not.toContain(key.slice(4));
    expect(line).toMatch(/^shop client sha256:[0-9a-f]{64}$/);
  });

  test('may give a client two keys, so that one can be replaced, and no third', () => {
    const lines = [aHolder('shop'), aHolder('shop'), aHolder('shop')].map(({ line }) => line);
    expect(readKeyLines(lines.slice(1).join('\n')).size).toBe(2);
    expect(complaint(lines.join('\n'))).toBe('line 3: this client has 2 keys already');
  });

  const { line, key } = aHolder('shop');
  test.each([
    ['nothing', '# nobody\n', 'it has no key'],
    ['a name that is none', line.replace('shop', 'a:b'), 'line 1: a client is'],
    [
      'a role that is none',
      `\n${line.replace('client', 'admin')}`,
      'line 2: a role is one of client, operator, viewer',
    ],
    ['a key in place of its hash', `shop client ${key}`, 'line 1: after client and role comes sha256:'],
    ['half a line', line.slice(0, -3), 'line 1: after client and role comes sha256:'],
    ['a line with more than that', `${line} x`, 'line 1: after client and role comes sha256:'],
    ['the same key twice', `${line}\n${line.replace('shop', 'other')}`, 'line 2: this key is there already'],
    ['two roles of one client', `${line}\n${aHolder('shop', 'operator').line}`, 'line 2: this client has another role'],
  ])('with %s are refused, and what is written there is not repeated', (_, text, expected) => {
    expect(complaint(text)).toContain(expected);
    expect(complaint(text)).not.toContain(key);
  });
});
