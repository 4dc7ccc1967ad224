import { Deck, Random } from '../../chaos/random.ts';

const drawn = (seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: 1000 }, () => random.next());
};

test('the same seed gives the same numbers, another seed others', () => {
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

test('numbers are spread evenly', () => {
  const mean = drawn(1).reduce((sum, each) => sum + each, 0) / 1000;
  expect(mean).toBeGreaterThan(0.45);
  expect(mean).toBeLessThan(0.55);
});

test('between takes both ends in', () => {
  const random = new Random(1);
  const dice = new Set(Array.from({ length: 200 }, () => random.between(1, 6)));
  expect([...dice].toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a deck deals every card before any comes again', () => {
  const deck = new Deck(['a', 'b', 'c'], new Random(3));
  for (const round of [1, 2, 3]) {
    const dealt = [deck.deal(), deck.deal(), deck.deal()];
    expect([round, dealt.toSorted()]).toEqual([round, ['a', 'b', 'c']]);
  }
});
