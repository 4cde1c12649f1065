import { afterAll, beforeAll, expect, test } from 'vitest';
import { describe, resultOf, slotsIn } from '../../../cli/commands/statistics.ts';
import { Days } from '../../../client/photos/days.ts';
import { Statistics, type Summary } from '../../../client/photos/statistics.ts';
import { aPersonRecord } from '../../support/builders.ts';
import { anAccount, type CliAccount } from '../account.ts';
import { ROBIN } from '../records.ts';
import { putPhotosOfSomeDays, putRows } from '../rows.ts';

let account: CliAccount;
let summary: Summary;
const now = () => new Date('2026-11-24T12:00:00Z');

beforeAll(async () => {
  account = await anAccount();
  const { target } = account;
  await putRows(target, 'people', aPersonRecord({ person_id: ROBIN, name: 'Robin' }));
  await putPhotosOfSomeDays(target);
  summary = await new Statistics(target, new Days(target, now), now).summary({ since: new Date('2026-11-01') });
});
afterAll(() => account.close());

test('each day that has photos is one line of JSON, with what the charts of the dashboard show', () => {
  expect(slotsIn(summary, 'day').map((slot) => resultOf(slot, summary))).toStrictEqual([
    {
      from: '2026-11-22',
      photos: 2,
      faces: 2,
      matched: 1,
      unknown: 1,
      match_rate: 50,
      unknown_rate: 50,
      emotions: { HAPPY: 1, SAD: 1 },
      people: [{ person_id: ROBIN, name: 'Robin', faces: 1 }],
    },
    {
      from: '2026-11-23',
      photos: 1,
      faces: 1,
      matched: 1,
      unknown: 0,
      match_rate: 100,
      unknown_rate: 0,
      emotions: {},
      people: [{ person_id: ROBIN, name: 'Robin', faces: 1 }],
    },
  ]);
});

test('hours and weeks are counted as well, and the table ends with all of them and the people', () => {
  expect(
    [slotsIn(summary, 'hour'), slotsIn(summary, 'week')].map((slots) => slots.map(({ key }) => key)),
  ).toStrictEqual([
    ['2026-11-22T08', '2026-11-22T21', '2026-11-23T00'],
    ['2026-11-16', '2026-11-23'],
  ]);
  const lines = describe(slotsIn(summary, 'day'), summary, { colours: false }).split('\n');
  const cells = lines
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('│')
        .map((cell) => cell.trim()),
    );
  expect([cells, lines.at(-1)]).toStrictEqual([
    [
      ['from', 'photos', 'faces', 'named', 'unknown', 'emotions'],
      ['2026-11-22', '2', '2', '50.0 %', '50.0 %', 'happy 1, sad 1'],
      ['2026-11-23', '1', '1', '100.0 %', '0.0 %', ''],
      ['all', '3', '3', '66.7 %', '33.3 %', 'happy 1, sad 1'],
    ],
    '1 person: Robin 2',
  ]);
  expect(describe([], summary, { colours: false })).toBe('No photos in this time.');
});
