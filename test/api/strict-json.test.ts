import fc from 'fast-check';
import { flawIn } from '../../src/api/strict-json.ts';

const flaw = (text: string) => {
  const found = flawIn(Buffer.from(text));
  return found && `/${found.path.join('/')} ${found.code}`;
};

describe('JSON that readers take in different ways', () => {
  test.each([
    ['a name twice', '{"a":1,"a":2}', '/a repeated_name'],
    ['twice with the same value', '{"a":1,"b":2,"a":1}', '/a repeated_name'],
    ['twice in another spelling', '{"a":1,"\\u0061":2}', '/a repeated_name'],
    ['twice further inside', '{"items":[{"x":1},{"y":{"z":1,"z":2}}]}', '/items/1/y/z repeated_name'],
    ['an empty name twice', '{"":1,"":2}', '/ repeated_name'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', '/__proto__ repeated_name'],
    ['a number that would be another', '{"amount":4200.00000000000001}', '/amount inexact'],
    ['a number that seems a whole one', '[1,0.99999999999999999999]', '/1 inexact'],
    ['digits without end', `{"a":${'9'.repeat(5000)}}`, '/a inexact'],
    ['nesting without end', '['.repeat(100_000), `/${Array(16).fill('0').join('/')} too_deep`],
    ['objects without end', '{"a":'.repeat(50_000), `/${Array(16).fill('a').join('/')} too_deep`],
  ])('is found: %s', (_, text, expected) => expect(flaw(text)).toBe(expected));

  test.each([
    ['the same name in two objects', '[{"a":1},{"a":2},{"b":{"a":3},"a":4}]'],
    ['a name that is a value as well', '{"a":"a","b":["a","a"]}'],
    ['names inside a text', '{"a":"{\\"a\\":1,\\"a\\":2}"}'],
    ['a backslash at the end of a text', '{"a":"\\\\","b":1}'],
    ['names that begin alike', '{"a":1,"ab":2,"A":3}'],
    ['the longest amount', '{"amount":1000000000000,"other":-1000000000000.0}'],
    ['digits in a text', `{"a":"${'9'.repeat(500)}"}`],
    ['space everywhere', ' { "a" : [ 1 , 2 ] , "b" : { } } '],
  ])('is not found in %s', (_, text) => expect(flaw(text)).toBeNull());
});

test('of any JSON there is nothing to say; of the same with a name twice there is', () => {
  const shallow = fc.jsonValue({ maxDepth: 6 }).filter((value) => !/[\d.eE+-]{18}/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(shallow, fc.string(), (value, name) => {
      const text = JSON.stringify(value);
      expect(flaw(text)).toBeNull();
      const key = JSON.stringify(name);
      expect(flawIn(Buffer.from(`[0,{${key}:${text},${key}:${text}}]`))).toEqual({
        path: [1, name],
        code: 'repeated_name',
      });
    }),
  );
});

test('any bytes at all are looked through once, and come to an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      flawIn(bytes);
    }),
  );
  for (const text of ['"', '{"', '"\\', '{"a', '{"a":1,"', ']]]]}}}}', ',,,,', '-', '']) expect(flaw(text)).toBeNull();
});
