import { expect, test } from 'vitest';
import { rateOf, slotsOf, totalOf } from '../../../client/photos/counts.ts';
import { unitOf, weekOf } from '../../../web/app/trends/counts.ts';
import { periodOf, readTrendsSearch, within } from '../../../web/app/trends/range.ts';

const hour = (at: number, photos: number, over: object = {}) => ({
  hour: at,
  photos,
  faces: {},
  emotions: {},
  people: {},
  ...over,
});
const found = {
  days: [
    { day: '2026-11-22', hours: [hour(23, 1, { faces: { MATCHED: 2, NOT_A_FACE: 1 }, people: { kim: 2 } })] },
    {
      day: '2026-11-23',
      hours: [hour(0, 2, { faces: { UNKNOWN: 1 }, emotions: { SAD: 1 } }), hour(23, 1, { emotions: { SAD: 2 } })],
    },
    { day: '2026-12-01', hours: [hour(5, 7)] },
  ],
};
const empty = { photos: 0, faces: 0, matched: 0, unknown: 0, emotions: {}, people: {} };

test('days follow one another, also those without photos, and what is no face is not counted', () => {
  expect(slotsOf(found.days, { from: '2026-11-22', to: '2026-11-24' }, 'day')).toStrictEqual([
    { ...empty, key: '2026-11-22', photos: 1, faces: 2, matched: 2, people: { kim: 2 } },
    { ...empty, key: '2026-11-23', photos: 3, faces: 1, unknown: 1, emotions: { SAD: 3 } },
    { ...empty, key: '2026-11-24' },
  ]);
});

test('a week begins on Monday, and only the days of the range are in it', () => {
  expect(slotsOf(found.days, { from: '2026-11-22', to: '2026-11-30' }, 'week')).toStrictEqual([
    { ...empty, key: '2026-11-16', photos: 1, faces: 2, matched: 2, people: { kim: 2 } },
    { ...empty, key: '2026-11-23', photos: 3, faces: 1, unknown: 1, emotions: { SAD: 3 } },
    { ...empty, key: '2026-11-30' },
  ]);
});

test('a day has 24 hours', () => {
  const slots = slotsOf(found.days, { from: '2026-11-23', to: '2026-11-23' }, 'hour');
  expect(slots.map(({ key, photos }) => [key, photos])).toStrictEqual(
    Array.from({ length: 24 }, (_, at) => [
      `2026-11-23T${String(at).padStart(2, '0')}`,
      at === 0 ? 2 : at === 23 ? 1 : 0,
    ]),
  );
});

test('the shorter the range, the finer its slots', () => {
  const units = ['2026-11-23', '2026-11-25', '2026-11-26', '2027-03-22', '2027-03-23'].map((to) =>
    unitOf({ from: '2026-11-23', to }),
  );
  expect(units).toStrictEqual(['hour', 'hour', 'day', 'day', 'week']);
});

test('slots are summed, and a rate needs faces', () => {
  const total = totalOf(slotsOf(found.days, { from: '2026-11-22', to: '2026-11-24' }, 'day'));
  expect(total).toStrictEqual({
    key: '',
    photos: 4,
    faces: 3,
    matched: 2,
    unknown: 1,
    emotions: { SAD: 3 },
    people: { kim: 2 },
  });
  expect([rateOf(total.unknown, total.faces), rateOf(0, 0)]).toStrictEqual([(1 / 3) * 100, null]);
});

test('photos are counted by weekday and hour', () => {
  const week = weekOf(found.days, { from: '2026-11-22', to: '2026-11-30' });
  const counted = week.flatMap((hours, weekday) =>
    hours.flatMap((photos, at) => (photos > 0 ? [[weekday, at, photos]] : [])),
  );
  expect([week.map((hours) => hours.length), counted]).toStrictEqual([
    [24, 24, 24, 24, 24, 24, 24],
    [
      [0, 0, 2],
      [0, 23, 1],
      [6, 23, 1],
    ],
  ]);
});

test('a period is so many days up to today, or a year; what is looked at is a part of it', () => {
  const period = periodOf(30, '2026-11-23');
  expect([
    period,
    periodOf(2024, '2026-11-23'),
    within({}, period),
    within({ from: '2026-11-01', to: '2026-11-02' }, period),
    within({ from: '2020-01-01', to: '2026-11-02' }, period),
    within({ from: '2026-11-02', to: '2026-11-01' }, period),
  ]).toStrictEqual([
    { from: '2026-10-25', to: '2026-11-23' },
    { from: '2024-01-01', to: '2024-12-31' },
    period,
    { from: '2026-11-01', to: '2026-11-02' },
    { from: '2026-10-25', to: '2026-11-02' },
    period,
  ]);
});

test('an address that makes no sense is not taken', () => {
  expect([
    readTrendsSearch({ period: 2024, from: '2024-02-01', to: '2024-02-30', other: 1 }),
    readTrendsSearch({ period: 12, from: 'yesterday' }),
  ]).toStrictEqual([{ period: 2024, from: '2024-02-01' }, {}]);
});
