import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhotoResult } from '../../../cli/report/photo-result.ts';
import { portrait, readManifest, samplePath } from '../../../samples/samples.ts';
import { rollcall, type Ended } from '../rollcall.ts';

/** Every name that has broken a pipeline somewhere, on a few photos: the face engine is real, and takes its time. */
const FIRST = 'a+b 100%.jpg';
const SECOND = 'sub dir/\u65e5\u672c #1.jpg';
const TEXT = 'text.jpg';
const ROBIN = 'Ro\u0308bin d\u2019Été';

let folder: string;
let first: Ended;
let again: Ended;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-recognize-'));
  const manifest = await readManifest();
  const person = (name: string) => manifest.people.find((known) => known.name === name)!;
  await mkdir(join(folder, 'photos/sub dir'), { recursive: true });
  await copyFile(samplePath(manifest, 'sample1.jpg'), join(folder, 'photos', FIRST));
  await copyFile(samplePath(manifest, 'sample3.jpg'), join(folder, 'photos', SECOND));
  await writeFile(join(folder, 'photos', TEXT), 'not a photo');
  await mkdir(join(folder, 'people', ROBIN), { recursive: true });
  await writeFile(join(folder, 'people', ROBIN, '1.jpg'), await portrait(manifest, person('Robin')));
  await writeFile(join(folder, 'people/kim_li.jpg'), await portrait(manifest, person('Kim')));
  await copyFile(samplePath(manifest, 'sample1.jpg'), join(folder, 'people/group.jpg'));

  const args = ['recognize', 'photos', '--people', 'people', '--data', 'data', '--json'];
  first = await rollcall(args, { cwd: folder });
  again = await rollcall(args, { cwd: folder });
}, 300_000);

afterAll(() => rm(folder, { recursive: true }));

const linesOf = ({ stdout }: Ended) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PhotoResult);

/** From left to right, as the eye goes. */
const namesIn = ({ faces }: PhotoResult) =>
  faces.toSorted((a, b) => a.bounding_box.left - b.bounding_box.left).map(({ status, person }) => person ?? status);

test('people are found in photos by one portrait each, whatever the files are called', () => {
  const name = ROBIN.normalize('NFC');
  expect(
    linesOf(first).map((photo) => [photo.image_id, photo.status, namesIn(photo), photo.processed_key]),
  ).toStrictEqual([
    [FIRST, 'COMPLETED', ['UNKNOWN', 'UNKNOWN', name], 'processed/a+b 100%.json'],
    [SECOND, 'COMPLETED', ['UNKNOWN', name, 'UNKNOWN'], 'processed/sub dir/\u65e5\u672c #1.json'],
    [TEXT, 'REJECTED', [], 'processed/text.json'],
  ]);
});

test('a refused portrait says why, a text that is called photo is an outcome, and nothing has failed', () => {
  expect([first.code, first.stderr]).toStrictEqual([
    0,
    `Enrolled: ${ROBIN.normalize('NFC')}, Kim Li.\n` +
      'Refused group.jpg: There are 3 faces in the photo. Crop it to the one person, or enrol the largest face with --largest.\n',
  ]);
  const text = linesOf(first)[2]!;
  expect(text).toStrictEqual({
    image_id: TEXT,
    status: 'REJECTED',
    reason: 'ImageFormatUnsupported',
    faces: [],
    processed_key: 'processed/text.json',
    execution_arn: text.execution_arn,
    duration_ms: text.duration_ms,
  });
});

test('the same photos again are shown, by the same executions, and not processed', () => {
  expect(again.stdout).toBe(first.stdout);
  expect(again.stderr).toBe(`${first.stderr}3 photos were here before, unchanged: --force processes them again.\n`);
});
