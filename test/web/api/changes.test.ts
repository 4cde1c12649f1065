import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Receipt } from '../../../schemas/forgetting.ts';
import { faceRecordOf, FIRST_DRAWN_FACE, personIdOf } from '../../../schemas/keys.ts';
import type { FaceRecord, PersonRecord } from '../../../schemas/records.ts';
import { Uploads } from '../../../web/api/schemas/uploads.ts';
import { aFace, aPhoto, aStranger } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord, SHA256 } from '../../support/builders.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
beforeEach(() => api.account.clear());
afterAll(() => api.account.close());

const JOHN = personIdOf('John Doe');
const JANE = personIdOf('Jane Roe');

const post = (path: string, body?: object) => api.ask(path, { method: 'POST', ...(body && { body }) });

const aPerson = (name: string, over: Partial<PersonRecord> = {}) =>
  aPersonRecord({ person_id: personIdOf(name), name, ...over });

/** One photo with a face of John and one of Jane. */
async function aPhotoOfTwo(): Promise<void> {
  await putRows(api.account.target, 'people', aPerson('John Doe'), aPerson('Jane Roe'));
  await putRows(
    api.account.target,
    'results',
    aPhoto({ sha256: SHA256, bucket: api.account.deployment.bucket }),
    aFace({ person_id: JOHN, person: 'John Doe' }),
    {
      ...aFace({ person_id: JANE, person: 'Jane Roe' }),
      record: 'face#001',
      face_index: 1,
      bounding_box: aStranger().bounding_box,
    },
  );
}

const names = async () => {
  const { body } = await api.ask('/api/photos/party.jpg');
  return (body as { faces: { person?: { name: string } }[] }).faces.map(({ person }) => person?.name);
};

test('a person is renamed, merged and unmerged, and photos follow', async () => {
  await aPhotoOfTwo();
  const renamed = await api.ask(`/api/people/${JOHN}`, { method: 'PATCH', body: { name: 'John Roe' } });
  expect([renamed, await names()]).toStrictEqual([
    { status: 200, body: { person_id: JOHN, name: 'John Roe' } },
    ['John Roe', 'Jane Roe'],
  ]);
  const merged = await post(`/api/people/${JOHN}/merge`, { into: JANE });
  expect([merged, await names()]).toStrictEqual([
    { status: 200, body: { person_id: JANE, name: 'Jane Roe' } },
    // A photo shows a person once.
    ['Jane Roe', undefined],
  ]);
  expect((await post(`/api/people/${JOHN}/merge`, { into: JANE })).status).toBe(409);
  const apart = await post(`/api/people/${JOHN}/unmerge`);
  expect([apart, await names()]).toStrictEqual([
    {
      status: 200,
      body: {
        items: [
          { person_id: JOHN, name: 'John Roe' },
          { person_id: JANE, name: 'Jane Roe' },
        ],
      },
    },
    ['John Roe', 'Jane Roe'],
  ]);
  expect(api.faults).toStrictEqual([]);
});

test('a person is shown with cover, days and who is in the same photos', async () => {
  await aPhotoOfTwo();
  const { status, body } = await api.ask(`/api/people/${JOHN}`);
  const { cover, ...person } = body as { cover: string };
  expect([status, cover.split('?')[0], person]).toStrictEqual([
    200,
    '/api/crops/party.jpg/0',
    {
      person_id: JOHN,
      name: 'John Doe',
      last_seen: '2026-11-23T18:00:00Z',
      merged: [],
      threshold: null,
      created_at: aPerson('John Doe').created_at,
      portraits: [],
      advice: null,
      photo_count: 1,
      seen_with: [{ person_id: JANE, name: 'Jane Roe', photos: 1 }],
      timeline: [{ day: '2026-11-23', count: 1 }],
    },
  ]);
});

test('who is seen with a person counts drawn faces too, and no faces of an older version', async () => {
  const { target } = api.account;
  const faceOf = (name: string, image_id: string, index: number, over: Partial<FaceRecord> = {}) => {
    const { person_id } = aPerson(name);
    const face = { image_id, record: faceRecordOf(index), face_index: index, person_id, person: name, ...over };
    return aFace(face);
  };
  const photo = (image_id: string, count: number) =>
    aPhoto({ image_id, key: `input/${image_id}`, face_count: count, matched_count: count });
  await putRows(target, 'people', ...['John Doe', 'Jane Roe', 'Max Poe'].map((name) => aPerson(name)));
  await putRows(
    target,
    'results',
    photo('drawn.jpg', 3),
    faceOf('John Doe', 'drawn.jpg', 0),
    faceOf('Jane Roe', 'drawn.jpg', 1),
    faceOf('Jane Roe', 'drawn.jpg', 2, { sequencer: '0001' }),
    faceOf('Max Poe', 'drawn.jpg', FIRST_DRAWN_FACE),
    photo('again.jpg', 2),
    faceOf('John Doe', 'again.jpg', 0),
    faceOf('Jane Roe', 'again.jpg', 1),
    faceOf('Max Poe', 'again.jpg', 2, { sequencer: '0001' }),
  );
  const { body } = await api.ask(`/api/people/${JOHN}`);
  expect((body as { seen_with: unknown }).seen_with).toStrictEqual([
    { person_id: JANE, name: 'Jane Roe', photos: 2 },
    { person_id: aPerson('Max Poe').person_id, name: 'Max Poe', photos: 1 },
  ]);
});

test('an act is taken back as one, and that as well', async () => {
  await aPhotoOfTwo();
  const wrong = { kind: 'NOT_PERSON', image_id: 'party.jpg' };
  const { body } = await post('/api/decisions', {
    decisions: [
      { ...wrong, index: 0 },
      { ...wrong, index: 1 },
    ],
  });
  const decided = await names();
  const undone = await post(`/api/decisions/${(body as { batch: string }).batch}/undo`);
  expect([decided, undone.status, (undone.body as { people: unknown }).people]).toStrictEqual([
    [undefined, undefined],
    200,
    [],
  ]);
  expect((await post('/api/decisions/20260101000000-00000000/undo')).status).toBe(404);
});

test('a photo is sent to the address that was given for it, and to no other', async () => {
  const name = 'día 1/<b>#1.jpg';
  const { body } = await post('/api/uploads', { files: [{ name, size: 12, type: 'image/jpeg' }] });
  const [upload] = Uploads.parse(body);
  const { url, headers, image_id } = upload!;
  const content = Buffer.from('not a photo.');
  const send = (to: string) =>
    api.raw(to, { method: 'PUT', headers: { ...headers, 'content-length': String(content.length) }, body: content });
  const [sent, forged] = [await send(url), await send(url.replace('input', 'enroll'))];
  expect([sent.status, await sent.json(), forged.status]).toStrictEqual([200, { key: `input/${name}` }, 401]);
  await api.account.idle();
  const photo = (await api.ask(`/api/photos/${encodeURIComponent(image_id)}`)).body as {
    status: string;
    reason: string;
  };
  expect([photo.status, photo.reason]).toStrictEqual(['REJECTED', 'ImageFormatUnsupported']);
  expect((await api.ask('/api/photos/days')).body).toStrictEqual({
    days: [{ day: new Date().toISOString().slice(0, 10), count: 1 }],
  });
});

test('portraits are sent to the folder of the person, and how they fared is listed', async () => {
  const files = [{ name: 'a.jpg', size: 12, type: 'image/jpeg' }];
  const { body } = await post('/api/enrolments', { name: 'Noor', files });
  const { items } = body as { items: { url: string; key: string; headers: Record<string, string> }[] };
  const { url, key, headers } = items[0]!;
  const sent = await api.raw(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': '12' },
    body: 'not a photo.',
  });
  await api.account.idle();
  const listed = (await api.ask('/api/enrolments')).body as {
    items: { key: string; status: string; reason: string }[];
  };
  expect([key, sent.status, listed.items.map((item) => [item.key, item.status, item.reason])]).toStrictEqual([
    'enroll/Noor/a.jpg',
    200,
    [['enroll/Noor/a.jpg', 'REFUSED', 'ImageFormatUnsupported']],
  ]);
});

test('a person is forgotten with a receipt, and the account is told whose traces to remove', async () => {
  await aPhotoOfTwo();
  const { status, body } = await post(`/api/people/${JOHN}/forget`, {});
  const { removed } = (body as { receipt: Receipt }).receipt;
  expect([status, removed.faces, api.forgotten]).toStrictEqual([200, 1, [JOHN]]);
  expect((await api.ask(`/api/people/${JOHN}`)).status).toBe(404);
  expect((await post(`/api/people/${JOHN}/forget`, {})).status).toBe(409);
  expect(api.faults).toStrictEqual([]);
});

test('a face is split off to somebody new', async () => {
  await aPhotoOfTwo();
  const { status, body } = await post(`/api/people/${JOHN}/split`, {
    faces: [{ image_id: 'party.jpg', index: 0 }],
    to: 'Jack Doe',
  });
  const { people, stayed } = body as { people: unknown; stayed: unknown };
  expect([status, people, stayed, await names()]).toStrictEqual([
    200,
    [{ person_id: personIdOf('Jack Doe'), name: 'Jack Doe' }],
    [],
    ['Jack Doe', 'Jane Roe'],
  ]);
});
