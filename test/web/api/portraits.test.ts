import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personIdOf } from '../../../schemas/keys.ts';
import { FACE_ID, aFace, aPhoto, aStranger } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord } from '../../support/builders.ts';
import { aJpeg } from '../../support/pictures.ts';
import { anApi, type TestApi } from './an-api.ts';

const JOHN = personIdOf('John Doe');

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
  const { target } = api.account;
  await api.account.upload('faces/portrait.jpg', await aJpeg(600, 900));
  const face = { person_id: JOHN, record: `face#${FACE_ID}`, face_id: FACE_ID };
  const person = aPersonRecord({ person_id: JOHN, name: 'John Doe' });
  await putRows(target, 'people', person, { ...face, key: 'faces/portrait.jpg' });
  await putRows(target, 'results', aPhoto(), aFace({ person_id: JOHN }), aStranger());
});
afterAll(() => api.account.close());

test('a portrait has an address, from which a small copy of it comes', async () => {
  const { body } = await api.ask(`/api/people/${JOHN}`);
  const [{ picture }] = (body as { portraits: [{ picture: string }] }).portraits;
  const response = await api.raw(picture);
  const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  expect([picture.split('?')[0], response.status, format, width, height]).toStrictEqual([
    `/api/portraits/${JOHN}/${FACE_ID}`,
    200,
    'jpeg',
    320,
    480,
  ]);
});

test('a portrait that there is not, and one of nobody, are not found', async () => {
  const paths = [`/api/portraits/${JOHN}/other`, `/api/portraits/p_000000000000000000000009/${FACE_ID}`];
  const answers = await Promise.all(paths.map((path) => api.ask(path)));
  expect(answers.map(({ status }) => status)).toStrictEqual([404, 404]);
});

test('faces are listed by person, or by status, but not by both', async () => {
  const paths = [`person=${JOHN}`, 'status=UNKNOWN', `person=${JOHN}&status=UNKNOWN`, ''];
  const answers = await Promise.all(paths.map((query) => api.ask(`/api/faces?${query}`)));
  const found = answers.map(({ status, body }) => [
    status,
    (body as { items?: { index: number }[] }).items?.map(({ index }) => index),
  ]);
  expect(found).toStrictEqual([
    [200, [0]],
    [200, [1]],
    [400, undefined],
    [400, undefined],
  ]);
  expect(api.faults).toStrictEqual([]);
});
