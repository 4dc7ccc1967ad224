import { isSafeFor } from '../../src/access/loopback.ts';

test.each<[string, unknown, boolean]>([
  ['https://people.example', 'https://people.example/jwks', true],
  ['https://people.example', 'https://keys.example/jwks', true],
  ['https://people.example', 'http://people.example/jwks', false],
  ['https://people.example', 'http://127.0.0.1:9000/jwks', false],
  ['https://people.example', 'https://localhost/jwks', false],
  ['https://people.example', 'https://[::1]/jwks', false],
  ['https://people.example', 'file:///etc/passwd', false],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000/jwks', true],
  ['http://127.0.0.1:9000', 'https://keys.example/jwks', true],
])('an issuer at %s that has its keys at %s: %s', (issuer, keys, isSafe) =>
  expect(isSafeFor(issuer, keys)).toBe(isSafe),
);
