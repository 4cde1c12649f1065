import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROBIN } from '../../cli/records.ts';
import { putPhotosOfSomeDays } from '../../cli/rows.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
afterAll(() => api.account.close());

test('photos, faces, people and emotions are counted by day and hour', async () => {
  await putPhotosOfSomeDays(api.account.target);
  const hour = { emotions: {}, faces: {}, people: {}, photos: 1 };
  const first = {
    hour: 8,
    photos: 1,
    faces: { MATCHED: 1, UNKNOWN: 1 },
    emotions: { HAPPY: 1, SAD: 1 },
    people: { [ROBIN]: 1 },
  };
  expect(await api.ask('/api/statistics')).toStrictEqual({
    status: 200,
    body: {
      days: [
        { day: '2026-11-22', hours: [first, { ...hour, hour: 21 }] },
        { day: '2026-11-23', hours: [{ ...hour, hour: 0, faces: { MATCHED: 1 }, people: { [ROBIN]: 1 } }] },
      ],
      people: [{ person_id: ROBIN, name: 'somebody', faces: 2 }],
    },
  });
  const { body } = await api.ask('/api/statistics?from=2024-12-01&to=2025-06-01');
  expect((body as { days: { day: string }[] }).days.map(({ day }) => day)).toStrictEqual(['2025-01-01']);
});

test('days and their photos are counted, also within a range', async () => {
  expect((await api.ask('/api/photos/days?from=2026-01-01')).body).toStrictEqual({
    days: [
      { day: '2026-11-22', count: 2 },
      { day: '2026-11-23', count: 1 },
    ],
  });
});
