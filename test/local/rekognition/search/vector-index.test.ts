import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { SearchPool } from '../../../../local/rekognition/search/search-pool.ts';
import { VectorIndex } from '../../../../local/rekognition/search/vector-index.ts';
import { changedPages, loadPage, SLOTS_PER_PAGE } from '../../../../local/rekognition/search/vector-pages.ts';
import { similarityOf } from '../../../../local/rekognition/similarity.ts';
import { distance } from '../../../../local/rekognition/vectors.ts';
import { id, vector } from '../service.ts';

const pool = new SearchPool();
afterAll(() => pool.close());

const ORIGIN = new Float32Array(128);
const fromOrigin = (index: VectorIndex, limit = 100, threshold = 0) => index.search(ORIGIN, threshold, limit);

/** 0 and 1/16 from a seed: many distances are equal, and their squares are exact in 32-bit floats. */
function randomVector(seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: 128 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state < 2 ** 31 ? 0 : 0.0625;
  });
}

test('finds what a plain loop over all vectors finds, with ties in the order of ids', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(5000), { maxLength: 3000, size: 'max' }),
      fc.nat(40),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      async (numbers, kinds, threshold, limit) => {
        const index = new VectorIndex(pool);
        const vectors = new Map(numbers.map((n) => [id(n), randomVector(n % (kinds + 1))]));
        for (const [name, values] of vectors) index.put(name, values);
        const query = randomVector(7);
        const expected = [...vectors]
          .map(([item, values]) => ({ item, similarity: similarityOf(distance(values, query)) }))
          .filter(({ similarity }) => similarity >= threshold)
          .toSorted((a, b) => b.similarity - a.similarity || (a.item < b.item ? -1 : 1))
          .slice(0, limit);
        expect(await index.search(query, threshold, limit)).toStrictEqual(expected);
        index.close();
      },
    ),
    { numRuns: 40, seed: 9 },
  );
});

test('a removed vector is never found, is erased from memory, and its slot is used again', async () => {
  const index = new VectorIndex(pool);
  for (const n of [1, 2, 3]) index.put(id(n), vector(0, n / 10));
  index.remove(id(2));
  expect((await fromOrigin(index)).map(({ item }) => item)).toStrictEqual([id(1), id(3)]);
  expect([...new Float32Array(index.memory.buffer)]).not.toContain(Math.fround(0.2));
  expect(index.nextSlots(3)).toStrictEqual([1, 3, 4]);
  index.put(id(4), vector(0, 0.05));
  expect(index.slotOf(id(4))).toBe(1);
  expect((await fromOrigin(index)).map(({ item }) => item)).toStrictEqual([id(4), id(1), id(3)]);
  expect([index.size, index.has(id(2)), index.get(id(2))]).toStrictEqual([3, false, undefined]);
});

test('a search answers for what is there when it ends, not for what it read on the way', async () => {
  const index = new VectorIndex(pool);
  index.put(id(1), vector(0, 0.1));
  index.put(id(2), vector(0, 0.2));
  const found = fromOrigin(index);
  index.remove(id(1));
  index.put(id(3), vector(0, 0.3));
  expect(await found).toStrictEqual([
    { item: id(2), similarity: similarityOf(Math.fround(0.2)) },
    { item: id(3), similarity: similarityOf(Math.fround(0.3)) },
  ]);
});

test('searches of several indexes at once do not mix', async () => {
  const indexes = [1, 2, 3].map((n) => {
    const index = new VectorIndex(pool);
    index.put(id(n), vector(n, 0.1));
    return index;
  });
  const found = await Promise.all(indexes.map((index) => fromOrigin(index)));
  expect(found.map((matches) => matches.map(({ item }) => item))).toStrictEqual([[id(1)], [id(2)], [id(3)]]);
});

test('an empty index and a search for nothing ask no thread', async () => {
  const index = new VectorIndex(pool);
  expect(await fromOrigin(index)).toStrictEqual([]);
  index.put(id(1), ORIGIN);
  expect(await fromOrigin(index, 0)).toStrictEqual([]);
});

test('pages give back ids, vectors and free slots', async () => {
  const index = new VectorIndex(pool);
  const last = SLOTS_PER_PAGE + 5;
  for (let n = 0; n <= last; n++) index.put(id(n), vector(n, 1));
  index.remove(id(3));
  const changes = new Map([
    [0, { id: id(500), vector: vector(7, 2) }],
    [last, undefined],
  ]);
  const pages = changedPages(index, changes);
  expect([...pages.keys()]).toStrictEqual([0, 1]);
  const loaded = new VectorIndex(pool);
  for (const page of pages.values()) loadPage(loaded, page);
  const gone = new Set([0, 3, last]);
  const rest = Array.from({ length: last + 1 }, (_, n) => n).filter((n) => !gone.has(n));
  expect([...loaded.ids()]).toStrictEqual([id(500), ...rest.map(id)]);
  expect(rest.map((n) => loaded.get(id(n)))).toStrictEqual(rest.map((n) => vector(n, 1)));
  expect(loaded.get(id(500))).toStrictEqual(vector(7, 2));
  expect(loaded.nextSlots(1)[0]).toBe(2 * SLOTS_PER_PAGE - 1);
});
