import { afterAll, beforeAll, expect, test } from 'vitest';
import { personIdOf } from '../../../schemas/keys.ts';
import { Calibration } from '../../../web/api/schemas/calibration.ts';
import { aPhotoOf, colouredEngine, type Colour } from '../../support/coloured-faces.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi({ engine: colouredEngine() });
});
afterAll(() => api.account.close());

async function upload(key: string, colour: Colour, shade: number): Promise<void> {
  await api.account.upload(key, await aPhotoOf([colour], shade));
  await api.account.idle();
}

const calibration = async (method: string, query = '') =>
  Calibration.parse((await api.ask(`/api/calibration${query}`, { method })).body);

test('a calibration says how many searches it lacks, and has table and curve when they were made', async () => {
  await upload('enroll/Ada/1.jpg', 'red', 0);
  await upload('enroll/Ada/2.jpg', 'red', 10);
  await upload('enroll/Bea/1.jpg', 'blue', 20);
  const { table, curve, otherwise, ...before } = await calibration('GET', '?false_match=0.1');
  expect([before, table.length, curve.length, { ...otherwise, curve: otherwise.curve.length }]).toStrictEqual([
    {
      enrolled: 3,
      confirmed: 0,
      searches: 3,
      dollars: 0.003,
      pairs: { same: 0, other: 0 },
      threshold: api.account.deployment.face_match_threshold,
      false_match: 0.1,
      advice: null,
      pairs_needed: 29,
    },
    14,
    201,
    { faces: 0, since: null, curve: 201 },
  ]);
  const { advice, ...after } = await calibration('POST', '?false_match=0.1');
  expect([after.searches, after.dollars, after.pairs, advice?.false_matches, advice?.is_shown]).toStrictEqual([
    0,
    0,
    { same: 1, other: 2 },
    0,
    false,
  ]);
  // The two colours are 37 % alike.
  expect([36, 38].map((threshold) => after.curve.find((rate) => rate.threshold === threshold))).toStrictEqual([
    { threshold: 36, false_matches: 2, misses: 0 },
    { threshold: 38, false_matches: 0, misses: 0 },
  ]);
  // Kept for a minute, and with what was searched since.
  expect(await calibration('GET', '?false_match=0.1')).toStrictEqual({ advice, ...after });
  expect(api.faults).toStrictEqual([]);
}, 120_000);

test('a rate that is no share is refused', async () => {
  const { status, body } = await api.ask('/api/calibration?false_match=2');
  expect([status, (body as { detail: string }).detail]).toStrictEqual([
    400,
    'false_match: Too big: expected number to be <1',
  ]);
});

test('a person has a threshold of their own until it is taken back', async () => {
  const ada = `/api/people/${personIdOf('Ada')}`;
  const set = (threshold: number | null) =>
    api.ask(`${ada}/threshold`, { method: 'PUT', body: { threshold }, role: 'editor' });
  const shown = async () => ((await api.ask(ada)).body as { threshold: number | null }).threshold;
  const before = await shown();
  const answer = await set(97.5);
  expect([before, answer, await shown()]).toStrictEqual([
    null,
    { status: 200, body: { person_id: personIdOf('Ada'), name: 'Ada', threshold: 97.5 } },
    97.5,
  ]);
  await set(null);
  expect([await shown(), (await set(101)).status]).toStrictEqual([null, 400]);
}, 60_000);
