import { describe, expect, test } from 'vitest';
import { averageLinkage, type Pair } from '../../../tasks/grouping/average-linkage.ts';

/** Faces of a photo each. */
const facesOf = (...ids: string[]) => ids.map((id) => ({ id, photo: `${id}.jpg` }));
const pair = (a: string, b: string, similarity: number): Pair => ({ faces: [a, b], similarity });
const alike = (ids: readonly string[], similarity: number) =>
  ids.flatMap((a, i) => ids.slice(i + 1).map((b) => pair(a, b, similarity)));

describe('average linkage', () => {
  test('joins faces that are alike, and leaves out a face that is like no other', () => {
    const pairs = [...alike(['a', 'b', 'c'], 95), pair('c', 'd', 60)];
    expect(averageLinkage(facesOf('a', 'b', 'c', 'd'), pairs, 80)).toStrictEqual([['a', 'b', 'c']]);
  });

  test('gives the largest cluster first, then by the first face', () => {
    const pairs = [...alike(['a', 'z'], 95), ...alike(['b', 'y'], 99), ...alike(['c', 'd', 'e'], 90)];
    expect(averageLinkage(facesOf('a', 'b', 'c', 'd', 'e', 'y', 'z'), pairs, 80)).toStrictEqual([
      ['c', 'd', 'e'],
      ['a', 'z'],
      ['b', 'y'],
    ]);
  });

  test('joins at the threshold itself, and not below it', () => {
    expect(averageLinkage(facesOf('a', 'b'), [pair('a', 'b', 80)], 80)).toStrictEqual([['a', 'b']]);
    expect(averageLinkage(facesOf('a', 'b'), [pair('a', 'b', 79.9)], 80)).toStrictEqual([]);
  });

  test('does not fuse two people because of one similar pair', () => {
    const pairs = [...alike(['a', 'b', 'c'], 95), ...alike(['p', 'q', 'r'], 95), pair('a', 'p', 99)];
    // a and p are the nearest pair, but nobody else agrees with them: a and p stay a pair of their own.
    expect(averageLinkage(facesOf('a', 'b', 'c', 'p', 'q', 'r'), pairs, 80)).toStrictEqual([
      ['a', 'p'],
      ['b', 'c'],
      ['q', 'r'],
    ]);
    const weaker = [...pairs.slice(0, -1), pair('a', 'p', 94)];
    expect(averageLinkage(facesOf('a', 'b', 'c', 'p', 'q', 'r'), weaker, 80)).toStrictEqual([
      ['a', 'b', 'c'],
      ['p', 'q', 'r'],
    ]);
  });

  test('counts a pair that is not given as 0', () => {
    const chain = [pair('a', 'b', 99), pair('b', 'c', 98)];
    expect(averageLinkage(facesOf('a', 'b', 'c'), chain, 80)).toStrictEqual([['a', 'b']]);
    expect(averageLinkage(facesOf('a', 'b', 'c'), [...chain, pair('a', 'c', 70)], 80)).toStrictEqual([['a', 'b', 'c']]);
  });

  test('never puts two faces of one photo together, not even by way of a third', () => {
    const faces = [
      { id: 'a', photo: 'both.jpg' },
      { id: 'b', photo: 'both.jpg' },
      { id: 'c', photo: 'one.jpg' },
      { id: 'd', photo: 'two.jpg' },
    ];
    const pairs = [pair('a', 'b', 100), pair('a', 'c', 96), ...alike(['b', 'c', 'd'], 95), pair('a', 'd', 95)];
    expect(averageLinkage(faces, pairs, 80)).toStrictEqual([['a', 'c', 'd']]);
  });

  test('takes a pair that is given in both directions for one', () => {
    const pairs = [pair('a', 'b', 50), pair('b', 'a', 50)];
    expect(averageLinkage(facesOf('a', 'b'), pairs, 80)).toStrictEqual([]);
  });

  test('ignores pairs of faces that are not there, and of a face with itself', () => {
    const pairs = [pair('a', 'gone', 99), pair('a', 'a', 100)];
    expect(averageLinkage(facesOf('a', 'b'), pairs, 80)).toStrictEqual([]);
  });

  test('groups nothing of nothing', () => {
    expect(averageLinkage([], [], 80)).toStrictEqual([]);
  });
});

/** What the name says, without any haste: joins the nearest two of all clusters until none are near enough. */
function plainly(ids: readonly string[], photos: ReadonlyMap<string, string>, pairs: readonly Pair[], least: number) {
  const similarity = new Map(
    pairs.flatMap(({ faces: [a, b], similarity: s }) => [[a + b, s] as const, [b + a, s] as const]),
  );
  let clusters = ids.map((id) => [id]);
  for (;;) {
    const options = clusters.flatMap((a, i) => clusters.slice(i + 1).map((b) => ({ a, b, mean: meanOf(a, b) })));
    const [best] = options.filter(({ mean }) => mean >= least).toSorted((x, y) => y.mean - x.mean);
    if (!best) break;
    clusters = [...clusters.filter((one) => one !== best.a && one !== best.b), [...best.a, ...best.b]];
  }
  return clusters.filter(({ length }) => length > 1).map((one) => one.toSorted());

  function meanOf(a: string[], b: string[]): number {
    const all = a.flatMap((x) => b.map((y) => [x, y] as const));
    if (all.some(([x, y]) => photos.get(x) === photos.get(y))) return -1;
    return all.reduce((sum, [x, y]) => sum + (similarity.get(x + y) ?? 0), 0) / all.length;
  }
}

describe('any faces', () => {
  test.for([1, 2, 3, 4, 5, 6, 7, 8])(
    'are clustered as by always joining the nearest two, in any order (%i)',
    (seed) => {
      let state = seed;
      // The generator of Lehmer, because the faces must be the same in every run.
      const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
      const ids = Array.from({ length: 40 }, (_, i) => `f${i}`.padEnd(3, '_'));
      const photos = new Map(ids.map((id) => [id, `${Math.floor(random() * 25)}.jpg`]));
      const pairs = alike(ids, 0).flatMap(({ faces }) =>
        random() < 0.5 ? [{ faces, similarity: Math.floor(random() * 100_000) / 1000 }] : [],
      );
      const faces = ids.map((id) => ({ id, photo: photos.get(id)! }));
      const expected = plainly(ids, photos, pairs, 40);
      const found = averageLinkage(faces, pairs, 40);
      expect(new Set(found.map(String))).toStrictEqual(new Set(expected.map(String)));
      expect(averageLinkage(faces.toReversed(), pairs.toReversed(), 40)).toStrictEqual(found);
    },
  );
});
