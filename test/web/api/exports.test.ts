import { PutObjectCommand } from '@aws-sdk/client-s3';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolledFaceRecordOf } from '../../../schemas/keys.ts';
import { aFace, aPhoto, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord, SHA256 } from '../../support/builders.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
afterAll(() => api.account.close());

const put = (Key: string, Body: Buffer) =>
  api.account.s3.send(new PutObjectCommand({ Bucket: api.account.deployment.bucket, Key, Body }));

/** Every archive of an export, each as the names and texts of its files. */
async function archives(role: string): Promise<Record<string, string>[]> {
  const found: Record<string, string>[] = [];
  let path: string | undefined = `/api/people/${ROBIN}/export`;
  while (path) {
    const response: Response = await api.raw(path, { headers: { authorization: `Bearer ${role}` } });
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    found.push(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)])));
    path = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return found;
}

const rowsIn = (all: readonly Record<string, string>[], kind: RegExp) =>
  all
    .flatMap((files) => Object.entries(files).filter(([name]) => kind.test(name)))
    .flatMap(([, text]) => text.trim().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('everything that is held on a person comes in archives, each of a size that can be answered with', async () => {
  const portrait = { person_id: ROBIN, record: enrolledFaceRecordOf(SHA256), key: 'enroll/Robin/1.jpg' };
  await putRows(api.account.target, 'people', aPersonRecord({ person_id: ROBIN, name: 'Robin' }), portrait);
  const faces = Array.from({ length: 30 }, (_, at) =>
    aFace({ image_id: `${at}.jpg`, crop_key: `faces/${at}/000.jpg`, timestamp: `2026-11-23T18:00:${10 + at}Z` }),
  );
  const photos = faces.map(({ image_id }) => aPhoto({ image_id, key: `input/${image_id}`, processed_key: undefined }));
  await putRows(api.account.target, 'results', ...faces, ...photos);
  // Two crops are as much as an archive takes; one portrait and the other crops are gone.
  await put('faces/0/000.jpg', Buffer.alloc(2_000_000, 1));
  await put('faces/1/000.jpg', Buffer.alloc(2_000_000, 2));
  const found = await archives('editor');
  const index = rowsIn(found, /index\.jsonl$/);
  expect({
    archives: found.length,
    people: rowsIn(found, /^people-[0-9a-f]+\.jsonl$/).map(({ record }) => record),
    faces: rowsIn(found, /^faces-[0-9a-f]+\.jsonl$/),
    portraits: index.filter(({ kind }) => kind === 'portraits'),
    crops: index.filter(({ path }) => path !== null).map(({ key, path }) => [key, found[0]![String(path)]?.length]),
    missing: index.filter(({ missing }) => missing === 'NoSuchKey').length,
  }).toStrictEqual({
    archives: 2,
    people: [portrait.record, 'person'],
    faces,
    portraits: [{ kind: 'portraits', key: portrait.key, version_id: null, missing: 'NoSuchKey', path: null }],
    crops: [
      ['faces/0/000.jpg', 2_000_000],
      ['faces/1/000.jpg', 2_000_000],
    ],
    missing: 29,
  });
});

test('a viewer may not take it away', async () => {
  const response = await api.raw(`/api/people/${ROBIN}/export`, { headers: { authorization: 'Bearer viewer' } });
  expect(response.status).toBe(403);
});
