import { replayed } from './replayed.ts';

test.each([
  ['nothing to replay', []],
  ['an option that is not one', ['--nope']],
  ['a duration without a unit', ['--since', '24']],
  ['a file that is not there', ['nowhere.json']],
  ['a directory without histories', ['docs']],
  ['a file that is not a history', ['package.json']],
  ['two kinds of source', ['--failed', 'package.json']],
  ['a place to save without saving', ['--failed', '--into', 'docs']],
  ['a name that leaves the directory', ['--failed', '--save=../x']],
])('%s is wrong usage', async (_, argv) => {
  expect(await replayed(...argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--help') });
});

test('--help shows the commands and the exit codes', async () => {
  const { code, out } = await replayed('--help');
  expect(code).toBe(0);
  for (const part of ['--failed', '--since 24h', '--save', '--workflows', 'Exit code: 0']) expect(out).toContain(part);
});
