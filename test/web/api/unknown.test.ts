import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { UnknownGroups as Grouped } from '../../../schemas/grouping.ts';
import { GROUPS_KEY } from '../../../schemas/keys.ts';
import type { FaceRecord } from '../../../schemas/records.ts';
import { Grouping, UnknownGroups } from '../../../web/api/schemas/unknown.ts';
import { OwnSigner } from '../../../web/api/signing/own-signer.ts';
import { aStranger, FACE_ID, KIM, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
beforeEach(() => api.account.clear());
afterAll(() => api.account.close());

const like = (person_id: FaceRecord['person_id'], similarity: number) => ({
  candidate: { face_id: FACE_ID, person_id: person_id!, similarity },
});
const unknownFace = (image_id: string, over: Partial<FaceRecord> = {}) =>
  aStranger({ image_id, crop_key: `faces/${image_id}/001.jpg`, ...like(KIM, 70), ...over });

/** Two faces in a group, two that are perhaps one person, and one that is like no other. */
async function fiveFaces(): Promise<void> {
  const rows = [
    unknownFace('a.jpg'),
    unknownFace('b.jpg', like(ROBIN, 60)),
    unknownFace('c.jpg', like(ROBIN, 5)),
    unknownFace('d.jpg', like(ROBIN, 4)),
    unknownFace('e.jpg', like(ROBIN, 3)),
  ];
  const { s3, deployment } = api.account;
  await putRows(api.account.target, 'results', ...rows);
  const [a, b, c, d] = rows.map(({ image_id, face_index, crop_key = '' }) => ({ image_id, face_index, crop_key }));
  const grouped: Grouped = {
    grouped_at: '2026-11-24T10:00:00.000Z',
    faces: 4,
    refused: 0,
    groups: [{ id: 'g_00000001', faces: [a!, b!] }],
    suggestions: [[c!, d!]],
  };
  await s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key: GROUPS_KEY, Body: JSON.stringify(grouped) }));
}

const shown = (image_id: string) => ({
  image_id,
  index: 1,
  crop: new OwnSigner('a key').sign(`/api/crops/${image_id}/1`, { key: `faces/${image_id}/001.jpg` }),
});

test('unknown faces are listed in groups, then those that are perhaps one person, then each that is like no other', async () => {
  await fiveFaces();
  const { status, body } = await api.ask('/api/unknown?limit=2');
  const first = UnknownGroups.parse(body);
  const rest = UnknownGroups.parse((await api.ask(`/api/unknown?limit=2&cursor=${first.cursor}`)).body);
  expect({ status, groups: [...first.groups, ...rest.groups], cursor: rest.cursor }).toStrictEqual({
    status: 200,
    groups: [
      {
        group_id: 'g_00000001',
        count: 2,
        faces: [shown('a.jpg'), shown('b.jpg')],
        suggestions: [
          { person_id: KIM, name: 'somebody', similarity: 70 },
          { person_id: ROBIN, name: 'somebody', similarity: 60 },
        ],
      },
      { group_id: 'face:c.jpg#1', count: 2, faces: [shown('c.jpg'), shown('d.jpg')], suggestions: [] },
      { group_id: 'face:e.jpg#1', count: 1, faces: [shown('e.jpg')], suggestions: [] },
    ],
    cursor: undefined,
  });
});

test('a group is found by its id, also one without a name of its own', async () => {
  await fiveFaces();
  const ids = ['g_00000001', 'face:e.jpg#1'];
  const found = await Promise.all(ids.map((id) => api.ask(`/api/unknown/${encodeURIComponent(id)}`)));
  expect(found.map(({ body }) => (body as { count: number }).count)).toStrictEqual([2, 1]);
});

test('a group of which no face is unknown any more is not there', async () => {
  const { status, body } = await api.ask('/api/unknown/g_00000001');
  expect([status, (body as { detail: string }).detail]).toStrictEqual([
    404,
    'There is no group g_00000001, or no face of it is unknown any more.',
  ]);
});

test('a large group is read on until unknown faces come, with the number of all, and a group without any is left out', async () => {
  const rows = Array.from({ length: 70 }, (_, n) =>
    unknownFace(`${String(n).padStart(3, '0')}.jpg`, { status: n < 60 || n === 65 ? 'STRANGER' : 'UNKNOWN' }),
  );
  await putRows(api.account.target, 'results', ...rows);
  const faces = rows.map(({ image_id, face_index, crop_key = '' }) => ({ image_id, face_index, crop_key }));
  const groups = [
    // One was in a photo that has a newer version.
    { id: 'g_00000001', faces: [{ ...faces[31]!, crop_key: 'faces/older/001.jpg' }, ...faces.slice(0, 29)] },
    { id: 'g_00000002', faces: faces.slice(30) },
  ];
  const grouped: Grouped = {
    grouped_at: '2026-11-24T10:00:00.000Z',
    faces: 70,
    refused: 0,
    groups,
    suggestions: [],
  };
  const { s3, deployment } = api.account;
  await s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key: GROUPS_KEY, Body: JSON.stringify(grouped) }));
  const { body } = await api.ask('/api/unknown');
  const found = UnknownGroups.parse(body).groups;
  expect(found.map(({ group_id, count, faces: of }) => [group_id, count, of.map(({ image_id }) => image_id)])).toEqual([
    ['g_00000002', 9, [60, 61, 62, 63, 64].map((n) => `0${n}.jpg`)],
  ]);
});

test('grouping again is an execution that can be followed', async () => {
  const { status, body } = await api.ask('/api/unknown', { method: 'POST' });
  const { execution_arn } = Grouping.parse(body);
  await api.account.idle();
  const { body: execution } = await api.ask(`/api/executions/${encodeURIComponent(execution_arn)}`);
  expect([status, (execution as { status: string }).status]).toStrictEqual([202, 'SUCCEEDED']);
});
