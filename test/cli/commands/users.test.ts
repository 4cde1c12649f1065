import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAccount } from '../../../client/deployment/endpoint-file.ts';
import { createClients } from '../../../local/clients.ts';
import { makeSamplePictures } from '../../support/sample-pictures.ts';
import { makeOld } from '../../support/scenarios.ts';
import { batchIn, rollcall, startRollcall } from '../rollcall.ts';

// An account whose settings come from the environment: users are searched, and enrolling searches unknown faces again.
const SETTINGS = { ROLLCALL_SEARCH_BY: 'users', ROLLCALL_RE_RECOGNIZE_AFTER_ENROLL: 'true' };

let folder: string;
let started: ChildProcess;

const command = (...args: string[]) => rollcall([...args, '--data', 'data'], { cwd: folder });

async function facesIn(photo: string) {
  const { stdout } = await command('show', photo, '--json');
  const { faces } = JSON.parse(stdout) as { faces: Record<string, unknown>[] };
  return faces.map(({ status, reason, person, source }) => [status, reason, person, source]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-users-'));
  const { solo, robin } = await makeSamplePictures();
  await writeFile(join(folder, 'solo.jpg'), solo);
  await writeFile(join(folder, 'robin.jpg'), robin);
  started = await startRollcall(folder, ['--no-dashboard'], SETTINGS);
}, 180_000);

afterAll(async () => {
  started.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test('who is enrolled is found in photos of before at once, by a user', { timeout: 180_000 }, async () => {
  await command('upload', 'solo.jpg');
  expect(await facesIn('solo.jpg')).toStrictEqual([['UNKNOWN', 'COLLECTION_EMPTY', undefined, 'machine']]);
  const { code, stderr } = await command('enroll', 'Robin', 'robin.jpg');
  expect(code).toBe(0);
  expect(stderr).toContain(
    `1 face: at most as many searches.\nNamed: 1 face in 1 photo. To take it back: rollcall undo ${batchIn(stderr)}\n`,
  );
  expect(await facesIn('solo.jpg')).toStrictEqual([['MATCHED', 'SIMILARITY_ABOVE_THRESHOLD', 'Robin', 'propagated']]);
  await command('undo', batchIn(stderr));
  expect(await facesIn('solo.jpg')).toStrictEqual([['UNKNOWN', 'COLLECTION_EMPTY', undefined, 'machine']]);
});

test(
  'everybody has a user, however often that is asked for, and the doctor counts them',
  { timeout: 180_000 },
  async () => {
    const said = { code: 0, stdout: '', stderr: '1 person has a user in the collection.\n' };
    expect([await command('users'), await command('users')]).toStrictEqual([said, said]);
    const { stdout } = await command('doctor', '--json');
    const found = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { check: string; says: string });
    expect(found.find(({ check }) => check === 'collection')?.says).toBe('my-face-collection holds 1 face of 1 user');
  },
);

test('an unknown face of long ago is forgotten, and its photo stays', { timeout: 180_000 }, async () => {
  const account = (await readAccount(join(folder, 'data')))!;
  await makeOld({ ...createClients(account), deployment: account.deployment });
  const tell = await command('forget', '--unknown', '--older-than', '30d', '--dry-run');
  expect(tell).toStrictEqual({
    code: 0,
    stdout: 'Would remove crops, search answers and measures of 1 face in 1 photo. The photos stay.\n',
    stderr: '',
  });
  const { code, stdout } = await command('forget', '--unknown', '--older-than', '30d', '--yes');
  expect(code).toBe(0);
  expect(stdout).toContain('        1  faces that nobody was named for, without crop and measures from now on\n');
  expect(await facesIn('solo.jpg')).toStrictEqual([['UNKNOWN', 'FACE_EXPIRED', undefined, 'machine']]);
});
