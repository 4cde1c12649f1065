import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { exportSidecars } from '../../../cli/xmp/export.ts';
import { readSidecars } from '../../../cli/xmp/import.ts';
import { readSidecar } from '../../../client/xmp/read.ts';
import type { Region } from '../../../client/xmp/regions.ts';
import { writeSidecar } from '../../../client/xmp/write.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import { SHA256 } from '../../support/builders.ts';
import { aTerminal, anAccount, type CliAccount } from '../account.ts';
import { aFace, aPhoto, aStranger, ROBIN } from '../records.ts';
import { putRows } from '../rows.ts';

let account: CliAccount;
let folder: string;
beforeAll(async () => {
  account = await anAccount();
});
beforeEach(async () => {
  await account.clear();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-xmp-'));
  const time = '2026-11-23T18:00:00Z';
  const robin = { person_id: ROBIN, record: 'person', name: 'Robin', created_at: time, status: 'KNOWN' };
  await putRows(account.target, 'people', { ...robin, timestamp: time });
  await putRows(account.target, 'results', aPhoto({ sha256: SHA256 }), aFace(), aStranger());
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => account.close());

const put = async (name: string, text: string) => {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
};
const dimensions = { width: 1920, height: 1280 };
const sidecar = (...regions: Region[]) => writeSidecar({ dimensions, regions });

test('every photo with faces gets a sidecar, and those that are there are left alone', async () => {
  const nested = aPhoto({ image_id: '2026/a.jpg', key: 'input/2026/a.jpg' });
  const escaping = aPhoto({ image_id: '../out.jpg', key: 'input/../out.jpg' });
  await putRows(account.target, 'results', nested, escaping);
  await put('2026/a.jpg.xmp', 'from other software');
  const terminal = aTerminal();
  expect(await exportSidecars(account.target, terminal, folder)).toStrictEqual({ written: 1, kept: 1 });
  expect(terminal.noted).toStrictEqual(['../out.jpg gets no sidecar: its name is no safe path for a file.']);
  expect(await readFile(join(folder, '2026/a.jpg.xmp'), 'utf8')).toBe('from other software');
  const { regions } = readSidecar(await readFile(join(folder, 'party.jpg.xmp'), 'utf8'));
  expect(regions.map(({ name }) => name)).toStrictEqual(['Robin', undefined]);
});

test('names become decisions about the faces of their boxes, and a face is drawn where there is none', async () => {
  const nowhere = { left: 0.75, top: 0.5, width: 0.125, height: 0.25 };
  const shifted = { left: 0.21, top: 0.11, width: 0.1, height: 0.2 };
  const regions = [
    { name: 'Robin', box: aFace().bounding_box },
    { name: 'Jane Roe', box: shifted },
    { name: 'robin', box: nowhere },
    { box: { left: 0, top: 0, width: 0.1, height: 0.1 } },
  ];
  await put('party.jpg.xmp', sidecar(...regions));
  const about = { image_id: 'party.jpg', etag: 'e1', source: 'manual' };
  expect(await readSidecars(account.target, folder)).toStrictEqual({
    people: [
      { person_id: ROBIN, name: 'Robin' },
      { person_id: personIdOf('Jane Roe'), name: 'Jane Roe' },
    ],
    decisions: [
      { ...about, kind: 'PERSON', person_id: personIdOf('Jane Roe'), bounding_box: aStranger().bounding_box },
      { ...about, kind: 'FACE', person_id: ROBIN, bounding_box: nowhere },
    ],
    known: 1,
    problems: [],
  });
});

test('a sidecar that cannot be used is left out with the reason, and the others are read', async () => {
  const jane = { name: 'Jane Roe', box: aStranger().bounding_box };
  await put('party.jpg.xmp', sidecar(jane, { ...jane, name: 'Kim' }));
  await put('gone.jpg.xmp', sidecar(jane));
  await put('empty.jpg.xmp', sidecar());
  await put('broken.jpg.xmp', '<!DOCTYPE a><a/>');
  await writeFile(join(folder, 'latin.jpg.xmp'), Buffer.from('<a>\xe9</a>', 'latin1'));
  await put('huge.jpg.xmp', ' '.repeat(4 * 1024 * 1024 + 1));
  await putRows(
    account.target,
    'results',
    aPhoto({ image_id: 'turned.jpg', key: 'input/turned.jpg', sha256: SHA256, width: 1280, height: 1920 }),
  );
  await put('turned.jpg.xmp', sidecar(jane));
  const problem = (imageId: string, message: string) => ({ imageId, message });
  const { decisions, problems } = await readSidecars(account.target, folder);
  expect(decisions).toStrictEqual([]);
  expect(problems).toStrictEqual([
    problem('broken.jpg', 'it has a document type or entities (<!DOCTYPE, <!ENTITY), which a sidecar does not need'),
    problem('gone.jpg', 'There is no photo gone.jpg. rollcall results lists them all.'),
    problem('huge.jpg', 'it has 4194305 bytes, more than the 4194304 of a sidecar'),
    problem('latin.jpg', 'it is not UTF-8'),
    problem('party.jpg', 'two of its regions mean face 1'),
    problem(
      'turned.jpg',
      'its regions are of a picture of 1920 x 1280 pixels, and the upright photo has 1280 x 1920: it was turned or cropped',
    ),
  ]);
});
