import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { FaceRecord, PersonRecord } from '../../../schemas/records.ts';
import { Photos, PhotoWithFaces, type Photo } from '../../../web/api/schemas/photos.ts';
import { toSegment } from '../../../web/api/schemas/segment.ts';
import { OwnSigner } from '../../../web/api/signing/own-signer.ts';
import { aFace, aPhoto, aStranger, EXECUTION, KIM, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { SHA256 } from '../../support/builders.ts';
import { aJpeg } from '../../support/pictures.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
beforeEach(() => api.account.clear());
afterAll(() => api.account.close());

const signed = (path: string, query: Record<string, string>) => new OwnSigner('a key').sign(path, query);

const person = (person_id: PersonRecord['person_id'], name: string): PersonRecord => ({
  person_id,
  record: 'person',
  name,
  created_at: '2026-11-20T10:00:00Z',
  status: 'KNOWN',
  timestamp: '2026-11-20T10:00:00Z',
});

const photoAt = (image_id: string, timestamp: string, over: Parameters<typeof aPhoto>[0] = {}) =>
  aPhoto({ image_id, key: `input/${image_id}`, timestamp, day: timestamp.slice(0, 10), ...over });

const faceIn = (image_id: string, timestamp: string, over: Partial<FaceRecord> = {}) =>
  aFace({ image_id, timestamp, ...over });

const put = (...rows: object[]) => putRows(api.account.target, 'results', ...rows);

const Page = z.object({ items: z.array(z.object({ image_id: z.string() })), cursor: z.string().optional() });

/** The ids of every page, page by page. */
async function pages(path: string): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 20; page += 1) {
    const { body } = await api.ask(path + (cursor === undefined ? '' : `&cursor=${cursor}`));
    const { items, cursor: next } = Page.parse(body);
    all.push(items.map(({ image_id }) => image_id));
    if (next === undefined) return all;
    cursor = next;
  }
  throw new Error(`More than 20 pages: ${JSON.stringify(all)}`);
}

test('a photo is listed with what its row tells and the signed address of a thumbnail', async () => {
  await put(aPhoto({ face_count: 2, matched_count: 1 }));
  const item: Photo = {
    image_id: 'party.jpg',
    key: 'input/party.jpg',
    status: 'COMPLETED',
    timestamp: '2026-11-23T18:00:00Z',
    day: '2026-11-23',
    width: 1920,
    height: 1280,
    format: 'jpeg',
    size: 1000,
    face_count: 2,
    matched_count: 1,
    execution_arn: EXECUTION,
    thumbnail: signed('/api/pictures/party.jpg', { size: '480', v: 'e1' }),
  };
  expect(await api.ask('/api/photos')).toStrictEqual({ status: 200, body: { items: [item] } });
});

test('photos of every status come in one order of time, page by page, each once', async () => {
  await put(
    photoAt('1.jpg', '2026-11-23T18:00:01Z'),
    photoAt('2.jpg', '2026-11-23T18:00:02Z', { status: 'FAILED' }),
    photoAt('3.jpg', '2026-11-23T18:00:03Z', { status: 'NO_FACES' }),
    photoAt('4.jpg', '2026-11-23T18:00:04Z'),
    photoAt('5.jpg', '2026-11-23T18:00:05Z', { status: 'PROCESSING' }),
  );
  const newestFirst = (await pages('/api/photos?limit=2')).flat();
  const oldestFirst = (await pages('/api/photos?limit=2&order=asc')).flat();
  expect({ newestFirst, oldestFirst }).toStrictEqual({
    newestFirst: ['5.jpg', '4.jpg', '3.jpg', '2.jpg', '1.jpg'],
    oldestFirst: ['1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg'],
  });
});

test('a list goes on from day to day, also over days without photos, and ends with the period', async () => {
  await put(
    photoAt('1.jpg', '2026-11-01T00:00:00Z'),
    photoAt('2.jpg', '2026-11-01T23:59:59Z'),
    photoAt('3.jpg', '2026-11-02T00:00:00Z', { status: 'FAILED' }),
    photoAt('4.jpg', '2026-11-23T18:00:00Z'),
  );
  const query = '/api/photos?to=2026-11-22&';
  const listed = async (of: string) => (await pages(of)).flat();
  const [oldest, newest] = [await listed(`${query}limit=1&order=asc`), await listed(`${query}limit=2`)];
  expect([oldest, newest, await listed('/api/photos?limit=4')]).toStrictEqual([
    ['1.jpg', '2.jpg', '3.jpg'],
    ['3.jpg', '2.jpg', '1.jpg'],
    ['4.jpg', '3.jpg', '2.jpg', '1.jpg'],
  ]);
});

test('a hundred photos of one second are each listed once', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `${String(index).padStart(3, '0')}.jpg`);
  await put(
    ...ids.map((id, index) => photoAt(id, '2026-11-23T18:00:00Z', index % 3 === 0 ? { status: 'NO_FACES' } : {})),
  );
  expect((await pages('/api/photos?limit=7')).flat().toSorted()).toStrictEqual(ids);
});

test('photos are filtered by time, by status, by who is in them together, by emotion and by similarity', async () => {
  await putRows(api.account.target, 'people', person(ROBIN, 'Robin'), person(KIM, 'Kim'));
  const [early, late] = ['2026-11-22T10:00:00Z', '2026-11-23T10:00:00Z'];
  await put(
    photoAt('both.jpg', early),
    faceIn('both.jpg', early),
    faceIn('both.jpg', early, { record: 'face#001', face_index: 1, person_id: KIM, person: 'Kim', similarity: 99 }),
    photoAt('robin.jpg', late),
    faceIn('robin.jpg', late, { emotions: [{ type: 'SAD', confidence: 90 }] }),
    photoAt('unknown.jpg', late),
    aStranger({ image_id: 'unknown.jpg', timestamp: late }),
    photoAt('broken.jpg', late, { status: 'REJECTED', reason: 'ImageCorrupt' }),
  );
  const listed = async (query: string) => (await pages(`/api/photos?order=asc&${query}`)).flat().toSorted();
  expect({
    together: await listed(`person=${ROBIN}&person=${KIM}`),
    byName: await listed('person=robin'),
    sad: await listed('emotion=SAD'),
    similar: await listed('min_similarity=95'),
    unknown: await listed('status=UNKNOWN'),
    rejected: await listed('status=REJECTED'),
    early: await listed('to=2026-11-22'),
    late: await listed('from=2026-11-23'),
  }).toStrictEqual({
    together: ['both.jpg'],
    byName: ['both.jpg', 'robin.jpg'],
    sad: ['robin.jpg'],
    similar: ['both.jpg'],
    unknown: ['unknown.jpg'],
    rejected: ['broken.jpg'],
    early: ['both.jpg'],
    late: ['broken.jpg', 'robin.jpg', 'unknown.jpg'],
  });
});

test('of many faces, the few that fit are listed once each, page by page', async () => {
  const names = Array.from({ length: 450 }, (_, n) => `${String(n).padStart(3, '0')}.jpg`);
  const isSad = (n: number) => n % 60 < 3;
  const at = new Date('2026-11-22T10:00:00Z').getTime();
  await put(
    ...names.map((name, n) =>
      faceIn(name, new Date(at + n * 1000).toISOString(), {
        emotions: [{ type: isSad(n) ? 'SAD' : 'HAPPY', confidence: 90 }],
      }),
    ),
  );
  const listed = async (query: string) => (await pages(`/api/faces?status=MATCHED&${query}`)).flat();
  const sad = names.filter((_, n) => isSad(n));
  expect(await listed('emotion=SAD&limit=5&order=asc')).toStrictEqual(sad);
  expect(await listed('emotion=SAD&limit=50')).toStrictEqual(sad.toReversed());
  expect(await listed('limit=100')).toStrictEqual(names.toReversed());
});

test('a photo with several faces that fit is listed once, although they come in two pages', async () => {
  const time = '2026-11-23T10:00:00Z';
  const faces = [0, 1, 2].map((index) => aStranger({ timestamp: time, record: `face#00${index}`, face_index: index }));
  await put(photoAt('party.jpg', time), ...faces);
  expect((await pages('/api/photos?status=UNKNOWN&limit=1')).flat()).toStrictEqual(['party.jpg']);
});

test('a photo tells its faces, who they are called now, and why', async () => {
  await putRows(api.account.target, 'people', person(ROBIN, 'Robin Roe'));
  await put(aPhoto({ sha256: SHA256, processed_key: undefined }), aFace(), aStranger({ crop_key: undefined }));
  const { status, body } = await api.ask('/api/photos/party.jpg');
  const { faces, picture, result } = PhotoWithFaces.parse(body);
  expect({ status, picture, result, whys: faces.map(({ why }) => why.split(':')[0]) }).toStrictEqual({
    status: 200,
    picture: signed('/api/pictures/party.jpg', { size: '1080', v: 'e1' }),
    result: null,
    whys: ['It is Robin Roe', 'It is nobody known'],
  });
  expect(faces.map(({ why: _, ...face }) => face)).toStrictEqual([
    {
      image_id: 'party.jpg',
      index: 0,
      timestamp: '2026-11-23T18:00:00Z',
      face_id: aFace().face_id,
      bounding_box: aFace().bounding_box,
      status: 'MATCHED',
      reason: 'SIMILARITY_ABOVE_THRESHOLD',
      source: 'machine',
      person: { person_id: ROBIN, name: 'Robin Roe' },
      similarity: 93.9,
      confidence: 99,
      emotions: [{ type: 'HAPPY', confidence: 97.4 }],
      crop: signed('/api/crops/party.jpg/0', { key: 'faces/a/000.jpg' }),
    },
    {
      image_id: 'party.jpg',
      index: 1,
      timestamp: '2026-11-23T18:00:00Z',
      bounding_box: aStranger().bounding_box,
      status: 'UNKNOWN',
      reason: 'SIMILARITY_BELOW_THRESHOLD',
      source: 'machine',
      candidate: { person_id: KIM, name: 'somebody', similarity: 79.96 },
      confidence: 99,
      emotions: [{ type: 'HAPPY', confidence: 97.4 }],
      crop: null,
    },
  ]);
});

test('names of files full of slashes, markup, per cent and direction marks are ids as any other', async () => {
  const id = 'a/b c/<img src=x>%2F&#\u202e.jpg';
  await put(photoAt(id, '2026-11-23T18:00:00Z', { sha256: SHA256, processed_key: undefined }));
  const { status, body } = await api.ask(`/api/photos/${encodeURIComponent(id)}`);
  expect([status, (body as Photo).image_id]).toStrictEqual([200, id]);
});

test.each(['.', '..', '/', '/..', '//a.jpg'])('%s is the name of a photo as any other', async (id) => {
  await put(photoAt(id, '2026-11-23T18:00:00Z', { sha256: SHA256, processed_key: undefined }));
  const { pathname } = new URL(`https://a.com/api/photos/${toSegment(id)}`);
  const { status, body } = await api.ask(pathname);
  const { image_id, picture } = body as { image_id: string; picture: string };
  const at = new URL(`https://a.com${picture}`).pathname;
  expect([status, image_id, at]).toStrictEqual([200, id, `/api/pictures/${toSegment(id)}`]);
});

test('a scaled copy is upright, small, without metadata, and needs no token with its signature', async () => {
  const bytes = await sharp(await aJpeg(1200, 600))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  await api.account.upload('input/a.jpg', bytes);
  await api.account.idle();
  const { body } = await api.ask('/api/photos');
  const { thumbnail } = Photos.parse(body).items[0]!;
  const response = await api.raw(thumbnail);
  const { width, height, format, orientation, exif } = await sharp(
    Buffer.from(await response.arrayBuffer()),
  ).metadata();
  expect({
    status: response.status,
    type: response.headers.get('content-type'),
    width,
    height,
    format,
    orientation,
    exif,
  }).toStrictEqual({
    status: 200,
    type: 'image/jpeg',
    width: 240,
    height: 480,
    format: 'jpeg',
    orientation: undefined,
    exif: undefined,
  });
  // What was not signed is looked up, whatever it says.
  const asViewer = (path: string) => api.raw(path, { headers: { authorization: 'Bearer viewer' } });
  const looked = [
    await asViewer(`/api/pictures/a.jpg?size=480&version=nothing`),
    await asViewer(`/api/crops/a.jpg/0?key=input%2Fa.jpg`),
  ];
  expect(looked.map((answer) => answer.status)).toStrictEqual([200, 404]);
  expect((await api.raw(`${thumbnail}0`)).status).toBe(401);
  expect((await api.raw(thumbnail.replace('480', '2160'))).status).toBe(401);
});

test('what is wrong with a request is told as a problem', async () => {
  const problems = await Promise.all([
    api.ask('/api/photos/no.jpg'),
    api.ask('/api/photos?limit=0'),
    api.ask('/api/photos?cursor=x'),
    api.ask('/api/photos?person=Nobody'),
    api.ask('/api/nothing'),
  ]);
  expect(problems).toStrictEqual([
    {
      status: 404,
      body: {
        type: 'about:blank',
        title: 'There is nothing of that name',
        status: 404,
        detail: 'There is no photo no.jpg.',
        instance: '/api/photos/no.jpg',
      },
    },
    {
      status: 400,
      body: {
        type: 'about:blank',
        title: 'The request is wrong',
        status: 400,
        detail: 'limit: Too small: expected number to be >=1',
        instance: '/api/photos',
      },
    },
    {
      status: 400,
      body: {
        type: 'about:blank',
        title: 'The request is wrong',
        status: 400,
        detail: 'The cursor is not one of this list. Leave it out to begin.',
        instance: '/api/photos',
      },
    },
    {
      status: 404,
      body: {
        type: 'about:blank',
        title: 'There is nothing of that name',
        status: 404,
        detail: 'Nobody called Nobody is enrolled. Nobody is.',
        instance: '/api/photos',
      },
    },
    {
      status: 404,
      body: {
        type: 'about:blank',
        title: 'There is nothing of that name',
        status: 404,
        detail: 'The API has no such path. /api/openapi.json lists them all.',
        instance: '/api/nothing',
      },
    },
  ]);
  expect(api.faults).toStrictEqual([]);
});
