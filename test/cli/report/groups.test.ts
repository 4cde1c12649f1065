import { expect, test } from 'vitest';
import { groupResults, groupTable } from '../../../cli/report/groups.ts';
import type { Unknown } from '../../../client/decisions/groups.ts';
import { aFaceRecord, FACE_ID, JANE } from '../../support/builders.ts';

const face = (image_id: string, similarity = 0) =>
  aFaceRecord({
    image_id,
    crop_key: `faces/${image_id}`,
    ...(similarity > 0 && { candidate: { face_id: FACE_ID, person_id: JANE, similarity } }),
  });

const UNKNOWN: Unknown = {
  grouped_at: '2026-03-01T12:00:00.000Z',
  groups: [
    { id: 'g_00000001', faces: ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map((name) => face(name)) },
    { id: 'g_00000002', faces: [face('e.jpg', 79.9), face('f.jpg', 60), face('\u0007.jpg')] },
  ],
  suggestions: [[face('h.jpg'), face('i.jpg', 71)]],
  alone: [face('j.jpg')],
  fresh: 0,
};
const PEOPLE = new Map([[JANE as string, 'Jane Roe']]);

test('the table has the groups, whom they are most like, and below it what is too few', () => {
  expect(groupTable(UNKNOWN, PEOPLE, { colours: false })).toMatchInlineSnapshot(`
    "┌────────────┬───────┬────────┬───────────────┬─────────────┐
    │ group      │ faces │ photos │ most like     │ such as     │
    ├────────────┼───────┼────────┼───────────────┼─────────────┤
    │ g_00000001 │     4 │      4 │ nobody        │ a.jpg#0     │
    │            │       │        │               │ b.jpg#0     │
    │            │       │        │               │ c.jpg#0     │
    ├────────────┼───────┼────────┼───────────────┼─────────────┤
    │ g_00000002 │     3 │      3 │ Jane Roe 79 % │ e.jpg#0     │
    │            │       │        │               │ f.jpg#0     │
    │            │       │        │               │ \\u{7}.jpg#0 │
    └────────────┴───────┴────────┴───────────────┴─────────────┘
    Perhaps one person, too few for a group:
      h.jpg#0  i.jpg#0  Jane Roe 71 %
    1 other unknown face, like no other one."
  `);
});

test('of many suggestions the table has the first', () => {
  const many = {
    ...UNKNOWN,
    groups: [],
    alone: [],
    suggestions: Array.from({ length: 12 }, () => [face('a'), face('b')]),
  };
  expect(groupTable(many, PEOPLE, { colours: false }).split('\n').slice(-2)).toStrictEqual([
    '  a#0  b#0',
    '  and 2 more: --json prints them all',
  ]);
});

test('scripts get every face, and the candidate with the name', () => {
  const [, second, suggestion] = groupResults(UNKNOWN, PEOPLE);
  expect(second).toStrictEqual({
    group: 'g_00000002',
    faces: ['e.jpg', 'f.jpg', '\u0007.jpg'].map((photo) => ({ photo, index: 0, crop_key: `faces/${photo}` })),
    candidate: { person_id: JANE, similarity: 79.9, faces: 2, person: 'Jane Roe' },
  });
  expect(suggestion).toMatchObject({ group: null, candidate: { similarity: 71 } });
});
