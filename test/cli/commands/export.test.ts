import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { exportPerson } from '../../../cli/export/person.ts';
import { findPerson } from '../../../client/people/find-person.ts';
import type { Decision } from '../../../schemas/decisions.ts';
import { enrolledFaceRecordOf, hash } from '../../../schemas/keys.ts';
import type { EnrolledFaceRecord } from '../../../schemas/records.ts';
import { aFaceRecord, EVENT_TIME, FACE_ID, JANE, JOHN, SHA256 } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { anAccount, type CliAccount } from '../account.ts';
import { aPhoto } from '../records.ts';
import { putRows } from '../rows.ts';

let account: CliAccount;
let folder: string;
beforeAll(async () => {
  account = await anAccount();
});
beforeEach(async () => {
  await account.clear();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-export-'));
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => account.close());

const put = (Key: string, Body: string) =>
  account.target.s3.send(new PutObjectCommand({ Bucket: account.target.deployment.bucket, Key, Body }));
const linesOf = async (name: string): Promise<unknown[]> =>
  (await readFile(join(folder, name), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));

const person = { person_id: JOHN, record: 'person', name: 'John Doe', created_at: EVENT_TIME, status: 'KNOWN' };
const john = { ...person, timestamp: EVENT_TIME };
const jane = { ...john, person_id: JANE, name: 'Jane Roe', merged_into: JOHN };
const portrait = (key: string, over: Partial<EnrolledFaceRecord> = {}): EnrolledFaceRecord => ({
  person_id: JOHN,
  record: enrolledFaceRecordOf(SHA256),
  face_id: FACE_ID,
  held_by: new Set(['enrolment#1 0A']),
  key,
  ...over,
});
const said = (position: string, over: Partial<Decision>): Decision => ({
  photo: SHA256,
  entry: `${EVENT_TIME}#b1#00000${position}`,
  timestamp: '2026-03-01T12:00:00Z',
  by: 'ada',
  batch: 'b1',
  image_id: 'party.jpg',
  etag: 'e1',
  bounding_box: { left: 0, top: 0, width: 0.1, height: 0.1 },
  kind: 'PERSON',
  source: 'manual',
  ...over,
});

test('everything held on a person and on whom was merged into it is copied, each file once, with an index', async () => {
  const gone = portrait('enroll/Jane Roe/gone.jpg', { person_id: JANE });
  await putRows(account.target, 'people', john, jane, portrait('enroll/John Doe/1.jpg'), gone);
  await putRows(account.target, 'people', { ...john, person_id: 'p_000000000000000000000009', name: 'Kim' });
  const [one, two] = [0, 1].map((index) =>
    aFaceRecord({
      image_id: 'party.jpg',
      record: `face#00${index}`,
      face_index: index,
      person_id: index === 0 ? JOHN : JANE,
      crop_key: `faces/a/00${index}.jpg`,
    }),
  );
  await putRows(account.target, 'results', aPhoto(), one!, two!);
  const [named, undo, redone] = [
    said('0', { person_id: JOHN }),
    said('1', { kind: 'UNDO', undoes: said('0', {}).entry }),
    said('2', { kind: 'UNDO', undoes: said('1', {}).entry }),
  ];
  await putRows(account.target, 'decisions', named, undo, redone, said('3', { kind: 'STRANGER' }));
  await put('enroll/John Doe/1.jpg', 'a portrait');
  await put('faces/a/000.jpg', 'the first crop');
  await put('faces/a/001.jpg', 'the second crop');
  await put('processed/party.json', '{"result":true}\n');

  const counts = await exportPerson(account.target, await findPerson(account.target, 'John Doe'), folder);
  expect(counts).toStrictEqual({
    people: 4,
    faces: 2,
    decisions: 3,
    portraits: 1,
    crops: 2,
    processed: 1,
    missing: 1,
  });
  const file = (kind: string, key: string, extension: string) => ({
    kind,
    path: `${kind}/${hash(`${key} `)}${extension}`,
    key,
    version_id: null,
  });
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { files: unknown[] };
  expect(index).toStrictEqual({
    person: { person_id: JOHN, name: 'John Doe', ids: [JOHN, JANE] },
    rows: ['people.jsonl', 'faces.jsonl', 'decisions.jsonl'],
    files: [
      file('portraits', 'enroll/John Doe/1.jpg', '.jpg'),
      { kind: 'portraits', path: null, key: 'enroll/Jane Roe/gone.jpg', version_id: null, missing: 'NoSuchKey' },
      file('crops', 'faces/a/000.jpg', '.jpg'),
      file('processed', 'processed/party.json', '.json'),
      file('crops', 'faces/a/001.jpg', '.jpg'),
    ],
    counts,
  });
  expect(await linesOf('faces.jsonl')).toStrictEqual([one, two]);
  expect(await linesOf('decisions.jsonl')).toStrictEqual([named, undo, redone]);
  expect(new Set(await linesOf('people.jsonl'))).toStrictEqual(
    new Set([
      john,
      { ...portrait('enroll/John Doe/1.jpg'), held_by: ['enrolment#1 0A'] },
      jane,
      { ...gone, held_by: ['enrolment#1 0A'] },
    ]),
  );
  const crop = join(folder, file('crops', 'faces/a/001.jpg', '.jpg').path);
  expect([await readFile(crop, 'utf8'), (await stat(crop)).mode & 0o777]).toStrictEqual(['the second crop', 0o600]);
  expect(await readFile(join(folder, 'README.txt'), 'utf8')).toMatch(
    /^Everything that Rollcall holds on John Doe[^]+\n1 of the files that the rows name are not in the bucket/,
  );
});

test('a folder that is not empty is refused, and nothing in it is touched', async () => {
  await putRows(account.target, 'people', john);
  await writeFile(join(folder, 'mine.txt'), 'mine');
  const refused = exportPerson(account.target, await findPerson(account.target, 'John Doe'), folder);
  expect(await failureOf(refused)).toStrictEqual({
    name: 'Failure',
    message: `${folder} is not empty. Choose a new folder, so that nothing in it is overwritten.`,
  });
  expect(await readdir(folder)).toStrictEqual(['mine.txt']);
});
