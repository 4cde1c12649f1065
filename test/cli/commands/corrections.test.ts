import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personIdOf } from '../../../schemas/keys.ts';
import { makeSamplePictures } from '../../support/sample-pictures.ts';
import { batchIn, rollcall, startRollcall } from '../rollcall.ts';

let folder: string;
let started: ChildProcess;

const command = (...args: string[]) => rollcall([...args, '--data', 'data'], { cwd: folder });

/** The person, status and source of each face, by number. */
async function faces(photo: string) {
  const { stdout } = await command('show', photo, '--json');
  const { faces: found } = JSON.parse(stdout) as { faces: Record<string, unknown>[] };
  return found.map(({ index, status, person, source }) => [index, status, person, source]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-corrections-'));
  const { solo, robin } = await makeSamplePictures();
  await writeFile(join(folder, 'solo.jpg'), solo);
  await writeFile(join(folder, 'robin.jpg'), robin);
  started = await startRollcall(folder);
  await command('upload', 'solo.jpg');
}, 120_000);

afterAll(async () => {
  started.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test(
  'faces are named, drawn and corrected, each can be taken back, and a new upload keeps it',
  { timeout: 180_000 },
  async () => {
    expect(await faces('solo.jpg')).toStrictEqual([[0, 'UNKNOWN', undefined, 'machine']]);
    const named = await command('name', 'solo.jpg#0', 'Ada Lovelace', '--no-enroll');
    const batch = batchIn(named.stderr);
    expect(named).toStrictEqual({
      code: 0,
      stdout: '',
      stderr: `Named Ada Lovelace: 1 face in 1 photo. To take it back: rollcall undo ${batch}\n`,
    });
    expect(await faces('solo.jpg')).toStrictEqual([[0, 'MATCHED', 'Ada Lovelace', 'manual']]);
    const drawn = await command('add-face', 'solo.jpg', '0', '0', '40', '40');
    expect(drawn.stderr).toBe(
      `A face was added: solo.jpg#100. To take it back: rollcall undo ${batchIn(drawn.stderr)}\n`,
    );
    await command('upload', 'solo.jpg', '--force');
    const kept = [
      [0, 'MATCHED', 'Ada Lovelace', 'manual'],
      [100, 'UNKNOWN', undefined, 'machine'],
    ];
    expect(await faces('solo.jpg')).toStrictEqual(kept);

    const listed = await command('decisions', 'solo.jpg', '--json');
    const entries = listed.stdout.trimEnd().split('\n');
    expect(entries.map((line) => (JSON.parse(line) as { kind: string }).kind)).toStrictEqual(['PERSON', 'FACE']);
    await command('stranger', 'solo.jpg#0');
    await command('not-a-face', 'solo.jpg#100');
    expect((await faces('solo.jpg')).map(([, status]) => status)).toStrictEqual(['STRANGER', 'NOT_A_FACE']);
    await command('name', 'solo.jpg#0', 'Ada Lovelace', '--no-enroll');
    await command('wrong', 'solo.jpg#0');
    expect((await faces('solo.jpg'))[0]).toStrictEqual([0, 'UNKNOWN', undefined, 'machine']);
  },
);

test(
  'who is enrolled later is found in the photos of before, until that is taken back',
  { timeout: 180_000 },
  async () => {
    await writeFile(
      join(folder, 'again.jpg'),
      Buffer.concat([await makeSamplePictures().then(({ solo }) => solo), Buffer.alloc(1)]),
    );
    await command('upload', 'again.jpg');
    await command('enroll', 'Robin', 'robin.jpg');
    const dry = await command('re-recognize', '--dry-run');
    expect(dry.stderr).toBe('2 faces: at most as many searches.\n');
    const again = await command('re-recognize');
    const batch = batchIn(again.stderr);
    expect(again.stderr).toBe(
      `2 faces: at most as many searches.\nNamed: 2 faces in 2 photos. To take it back: rollcall undo ${batch}\n`,
    );
    const robin = [0, 'MATCHED', 'Robin', 'propagated'];
    expect([await faces('again.jpg'), (await faces('solo.jpg'))[0]]).toStrictEqual([[robin], robin]);
    await command('undo', batch);
    expect(await faces('again.jpg')).toStrictEqual([[0, 'UNKNOWN', undefined, 'machine']]);
  },
);

test(
  'a portrait is given to somebody else, with what was recognized by it, and taken back',
  { timeout: 180_000 },
  async () => {
    await command('upload', 'again.jpg', '--force');
    await command('upload', 'solo.jpg', '--force');
    expect(await faces('again.jpg')).toStrictEqual([[0, 'MATCHED', 'Robin', 'machine']]);
    await command('name', 'solo.jpg#0', 'Robin');
    const split = await command('split', 'Robin', 'solo.jpg#0', 'enroll/Robin/robin.jpg', '--to', 'Jackie');
    const batch = batchIn(split.stderr);
    expect(split).toStrictEqual({
      code: 0,
      stdout: '',
      stderr: `Now Jackie (${personIdOf('Jackie')}): 2 faces in 2 photos, 1 portrait. To take it back: rollcall undo ${batch}\n`,
    });
    const [solo] = await faces('solo.jpg');
    expect([solo, ...(await faces('again.jpg'))]).toStrictEqual([
      [0, 'MATCHED', 'Jackie', 'manual'],
      [0, 'MATCHED', 'Jackie', 'propagated'],
    ]);
    await command('upload', 'again.jpg', '--force');
    const counts = async (name: string) => {
      const { stdout } = await command('people', name, '--json');
      const { portraits, photos } = JSON.parse(stdout) as { portraits: unknown[]; photos: string[] };
      return [portraits.length, photos.toSorted()];
    };
    expect([await counts('Robin'), await counts('Jackie')]).toStrictEqual([
      [0, []],
      [1, ['again.jpg', 'solo.jpg']],
    ]);

    const undone = await command('undo', batch);
    const again = batchIn(undone.stderr);
    expect(undone.stderr).toBe(
      `Taken back: 2 faces in 2 photos, 1 portrait. To take it back: rollcall undo ${again}\n`,
    );
    expect([await counts('Robin'), await counts('Jackie')]).toStrictEqual([
      [1, ['again.jpg', 'solo.jpg']],
      [0, []],
    ]);
  },
);

test('what is no face, no name or not there is said', { timeout: 120_000 }, async () => {
  const said = async (...args: string[]) => {
    const { code, stderr } = await command(...args);
    return [code, stderr];
  };
  expect(await said('name', 'solo.jpg', 'Ada')).toStrictEqual([
    2,
    'solo.jpg is no face. A face is a photo and a number, such as party.jpg#0.\n',
  ]);
  expect(await said('name', 'solo.jpg#7', 'Ada')).toStrictEqual([
    1,
    'solo.jpg has no face 7. It has 2 faces: 0, 100.\n',
  ]);
  expect(await said('stranger', 'gone.jpg#0')).toStrictEqual([
    1,
    'There is no photo gone.jpg. rollcall results lists them all.\n',
  ]);
  expect(await said('name', 'solo.jpg#0', '\u0007')).toStrictEqual([
    2,
    '"\\u{7}" is not a name: it needs 1 to 200 characters, of which one can be seen, must not start with a dot, and must not contain a slash, control characters or marks of direction.\n',
  ]);
  expect(await said('add-face', 'solo.jpg', '0', '0', '9000', '40')).toStrictEqual([
    2,
    'The box 0 0 9000 40 is not within solo.jpg, which has 240 x 267 pixels.\n',
  ]);
  expect(await said('name', 'solo.jpg#0', personIdOf('nobody'))).toStrictEqual([
    1,
    `There is no person ${personIdOf('nobody')}. rollcall people lists them.\n`,
  ]);
  expect(await said('undo', 'nothing')).toStrictEqual([
    1,
    'Nothing was decided under nothing. rollcall decisions lists what was.\n',
  ]);
});
