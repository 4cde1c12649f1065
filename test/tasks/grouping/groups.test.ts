import { expect, test } from 'vitest';
import { groupFaces, GROUP_THRESHOLD, PAIR_FLOOR } from '../../../tasks/grouping/groups.ts';

const facesOf = (...ids: string[]) => ids.map((id) => ({ id, photo: `${id}.jpg` }));

test('three faces that are alike are a group, and two are a suggestion', () => {
  const pairs = [
    { faces: ['a', 'b'], similarity: GROUP_THRESHOLD },
    { faces: ['a', 'c'], similarity: GROUP_THRESHOLD },
    { faces: ['b', 'c'], similarity: GROUP_THRESHOLD },
    { faces: ['p', 'q'], similarity: GROUP_THRESHOLD },
  ] as const;
  expect(groupFaces(facesOf('a', 'b', 'c', 'p', 'q', 'x'), pairs)).toStrictEqual({
    groups: [['a', 'b', 'c']],
    suggestions: [['p', 'q']],
  });
});

test('a pair below the floor counts as 0, as if it were not given', () => {
  const pairs = [
    { faces: ['a', 'b'], similarity: 99 },
    { faces: ['a', 'c'], similarity: 99 },
    { faces: ['b', 'c'], similarity: PAIR_FLOOR - 1 },
  ] as const;
  const expected = { groups: [], suggestions: [['a', 'b']] };
  expect(groupFaces(facesOf('a', 'b', 'c'), pairs, 60)).toStrictEqual(expected);
  expect(groupFaces(facesOf('a', 'b', 'c'), pairs.slice(0, 2), 60)).toStrictEqual(expected);
});
