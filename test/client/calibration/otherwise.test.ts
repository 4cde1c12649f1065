import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherwiseTable } from '../../../cli/commands/calibrate.ts';
import { otherwiseAt, readNewestFaces } from '../../../client/calibration/otherwise.ts';
import { anAccount, type CliAccount } from '../../cli/account.ts';
import { aFace, aStranger, FACE_ID, KIM, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord, JOHN } from '../../support/builders.ts';

let account: CliAccount;
beforeAll(async () => {
  account = await anAccount();
  const like = (person_id: typeof KIM, similarity: number) => ({
    candidate: { face_id: FACE_ID, person_id, similarity },
  });
  await putRows(
    account.target,
    'people',
    aPersonRecord({ person_id: ROBIN, name: 'Robin' }),
    aPersonRecord({ person_id: JOHN, name: 'John', threshold: 99 }),
  );
  await putRows(
    account.target,
    'results',
    aFace({ image_id: 'a.jpg', similarity: 85 }),
    aStranger({ image_id: 'a.jpg', ...like(KIM, 75) }),
    aFace({ image_id: 'b.jpg', similarity: 97 }),
    // These stay as they are, whatever the threshold is.
    aFace({ image_id: 'b.jpg', record: 'face#002', face_index: 2, similarity: 60, source: 'manual' }),
    aFace({ image_id: 'b.jpg', record: 'face#003', face_index: 3, similarity: 99.5, person_id: JOHN }),
    aStranger({ image_id: 'b.jpg', record: 'face#004', face_index: 4, ...like(JOHN, 98) }),
    aStranger({
      image_id: 'b.jpg',
      record: 'face#005',
      face_index: 5,
      reason: 'PERSON_ALREADY_IN_PHOTO',
      ...like(ROBIN, 90),
    }),
    aFace({ image_id: 'old.jpg', similarity: 81, timestamp: '2020-01-01T00:00:00Z' }),
  );
});
afterAll(() => account.close());

test('faces that a threshold would name otherwise are counted with their photos', async () => {
  const { count, since, dependent } = await readNewestFaces(account.target);
  expect([count, since]).toStrictEqual([8, '2020-01-01T00:00:00Z']);
  expect(otherwiseAt(dependent, [70, 80, 90, 100])).toStrictEqual([
    { threshold: 70, gained: 1, lost: 0, photos: 1 },
    { threshold: 80, gained: 0, lost: 0, photos: 0 },
    { threshold: 90, gained: 0, lost: 2, photos: 2 },
    { threshold: 100, gained: 0, lost: 3, photos: 3 },
  ]);
});

test('only the newest are read', async () => {
  const { count, since } = await readNewestFaces(account.target, 7);
  expect([count, since]).toStrictEqual([7, '2026-11-23T18:00:00Z']);
});

test('the command prints them for the thresholds of its table', async () => {
  const lines = otherwiseTable(await readNewestFaces(account.target), { colours: false }).split('\n');
  const row = (threshold: string) =>
    lines.map((line) => line.split('│').map((cell) => cell.trim())).find(([, first]) => first === threshold);
  expect([lines[0], row('75'), row('90')]).toStrictEqual([
    'Named otherwise, if uploaded again: of the newest 8 searched faces',
    ['', '75', '1', '0', '1', ''],
    ['', '90', '0', '2', '2', ''],
  ]);
});
