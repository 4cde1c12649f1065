import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFace, aPhoto, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord } from '../../support/builders.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
let clock = Date.parse('2026-11-24T12:00:00Z');
let ask: (path: string, method?: string, body?: object) => Promise<unknown>;
beforeAll(async () => {
  api = await anApi();
  const app = api.app(() => new Date(clock));
  ask = async (path, method = 'GET', body) => {
    const headers = { authorization: 'Bearer admin', 'content-type': 'application/json' };
    return (await app.request(path, { method, headers, ...(body && { body: JSON.stringify(body) }) })).json();
  };
});
afterAll(() => api.account.close());

const names = async () => ((await ask('/api/people')) as { items: { name: string }[] }).items.map(({ name }) => name);
const photosOf = async () => ((await ask('/api/people')) as { items: { photos: number }[] }).items[0]?.photos;
const put = (...rows: object[]) => putRows(api.account.target, 'results', ...rows);
const at = (image_id: string) => [aPhoto({ image_id, key: `input/${image_id}` }), aFace({ image_id })];

test('what others change is seen within seconds, what one changes oneself at once', async () => {
  await putRows(api.account.target, 'people', aPersonRecord({ person_id: ROBIN, name: 'Robin' }));
  const seen = [await names()];
  await putRows(api.account.target, 'people', aPersonRecord({ person_id: ROBIN, name: 'Robin Roe' }));
  seen.push(await names());
  clock += 2000;
  seen.push(await names());
  await ask(`/api/people/${ROBIN}`, 'PATCH', { name: 'Robin Doe' });
  seen.push(await names());
  expect(seen).toStrictEqual([['Robin'], ['Robin'], ['Robin Roe'], ['Robin Doe']]);
});

test('photos of a person and of a day are counted again after a time', async () => {
  await put(...at('a.jpg'));
  const days = async () => (await ask('/api/photos/days')) as { days: unknown };
  clock += 3_600_000;
  const before = [await photosOf(), await days()];
  await put(...at('b.jpg'));
  const kept = [await photosOf(), await days()];
  clock += 3_600_000;
  const after = [await photosOf(), await days()];
  const day = (count: number) => ({ days: [{ day: '2026-11-23', count }] });
  expect([before, kept, after]).toStrictEqual([
    [1, day(1)],
    [1, day(1)],
    [2, day(2)],
  ]);
});
