import { CATALOGUES, fill } from '../../src/api/messages/catalogue.ts';
import { type Api, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const answered = async (wanted?: string) =>
  (await api.get('/api/nothing', wanted === undefined ? {} : { 'Accept-Language': wanted })).headers.get(
    'content-language',
  );

describe('a problem is told in', () => {
  test.each([
    ['zh-CN'],
    ['zh-cn'],
    ['zh'],
    ['zh-Hans'],
    ['zh-SG'],
    ['zh-MY'],
    ['zh-Hans-SG'],
    ['zh-Hans-HK'],
    ['fr, zh;q=0.5'],
    ['en;q=0.4, zh-CN;q=0.9'],
    ['zh-TW, zh;q=0.8'],
    ['en;q=0, zh;q=0.1'],
  ])('Simplified Chinese for "%s"', async (wanted) => expect(await answered(wanted)).toBe('zh-CN'));

  test.each([
    ['en'],
    ['en-GB'],
    ['*'],
    ['fr'],
    ['fr-CH, fr;q=0.9'],
    ['zh-TW'],
    ['zh-Hant'],
    ['zh-Hant-CN'],
    ['zh-HK'],
    ['zh;q=0.1, en;q=0.9'],
    ['zh;q=0'],
    ['zha'],
    [';;;'],
    [''],
  ])('English for "%s"', async (wanted) => expect(await answered(wanted)).toBe('en'));

  test('English where nothing is asked for', async () => expect(await answered()).toBe('en'));
});

describe.each(Object.entries(CATALOGUES))('the catalogue of %s', (_, { problems, fields }) => {
  test('leaves nothing untold', () => {
    for (const text of [...Object.values(problems).flat(), ...Object.values(fields)]) expect(text.trim()).toMatch(/../);
  });

  test('names no value but those that are filled', () => {
    const texts = [...Object.values(problems).flat(), ...Object.values(fields)];
    expect(new Set(texts.flatMap((text) => text.match(/\{\w*\}/g) ?? []))).toEqual(new Set(['{status}']));
  });

  test('has the same codes as every other', () => {
    const [reference] = Object.values(CATALOGUES);
    expect(Object.keys(problems)).toEqual(Object.keys(reference?.problems ?? {}));
    expect(Object.keys(fields)).toEqual(Object.keys(reference?.fields ?? {}));
  });
});

test('a value that is not there leaves no trace of its name', () => {
  expect([fill('it is "{status}"', { status: 'held' }), fill('it is "{status}"', {})]).toEqual([
    'it is "held"',
    'it is ""',
  ]);
});
