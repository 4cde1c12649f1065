import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSamplePictures } from '../../support/sample-pictures.ts';
import { batchIn, rollcall, startRollcall } from '../rollcall.ts';

let folder: string;
let started: ChildProcess;

const command = (...args: string[]) => rollcall([...args, '--data', 'data'], { cwd: folder });
const NAMES = ['a.jpg', 'b.jpg', 'c.jpg'];

/** How many portraits each person has. */
async function portraits() {
  const { stdout } = await command('people', '--json');
  const lines = stdout.trim().split('\n').filter(Boolean);
  return Object.fromEntries(
    lines
      .map((line) => JSON.parse(line) as { name: string; portraits: number })
      .map((one) => [one.name, one.portraits]),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-unknown-'));
  const { solo } = await makeSamplePictures();
  // The same face in photos of different bytes.
  for (const [at, name] of NAMES.entries()) {
    await writeFile(join(folder, name), Buffer.concat([solo, Buffer.alloc(at)]));
  }
  started = await startRollcall(folder);
  await command('upload', ...NAMES);
}, 180_000);

afterAll(async () => {
  started.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test('unknown faces are grouped, named as a group and enrolled, and all of it can be taken back', async () => {
  expect(await command('unknown')).toStrictEqual({
    code: 0,
    stdout: 'No groups of unknown faces.\n3 other unknown faces, like no other one.\n',
    stderr: '3 unknown faces, in no groups yet: rollcall unknown --regroup groups them.\n',
  });
  const cost = '3 unknown faces were in no grouping yet: at most 6 calls.\n';
  expect(await command('unknown', '--regroup', '--dry-run')).toStrictEqual({ code: 0, stdout: '', stderr: cost });
  const grouped = await command('unknown', '--regroup', '--json');
  expect([grouped.code, grouped.stderr]).toStrictEqual([0, cost]);
  const { group, faces, candidate } = JSON.parse(grouped.stdout) as {
    group: string;
    faces: { photo: string; index: number }[];
    candidate: unknown;
  };
  expect(faces.map(({ photo, index }) => `${photo}#${index}`)).toStrictEqual(['a.jpg#0', 'b.jpg#0', 'c.jpg#0']);
  expect(candidate).toBe(null);

  const named = await command('name', group, 'Ada Lovelace');
  const batch = batchIn(named.stderr);
  expect(named.stderr).toBe(
    `Named Ada Lovelace: 3 faces in 3 photos. To take it back: rollcall undo ${batch}\n` +
      'Enrolled Ada Lovelace from a.jpg#0, b.jpg#0, c.jpg#0.\n',
  );
  // Their crops have the same bytes, so the collection holds one vector.
  expect(await portraits()).toStrictEqual({ 'Ada Lovelace': 1 });
  expect((await command('name', group, 'Ada Lovelace')).stderr).toBe(
    `There is no group ${group}, or no face of it is unknown any more. rollcall unknown lists the groups.\n`,
  );
  expect((await command('name', 'a.jpg#0', 'Ada Lovelace')).stderr).not.toContain('Enrolled');

  // Only the first is somebody else: the portrait that was made of it goes.
  await command('stranger', 'a.jpg#0');
  expect(await portraits()).toStrictEqual({ 'Ada Lovelace': 1 });
  await command('undo', batch);
  expect(await portraits()).toStrictEqual({ 'Ada Lovelace': 0 });
  expect((await command('unknown')).stdout).toContain('b.jpg#0');
}, 300_000);

test('a group that is not there is said', { timeout: 60_000 }, async () => {
  expect(await command('stranger', 'g_00000000')).toStrictEqual({
    code: 1,
    stdout: '',
    stderr: 'There is no group g_00000000, or no face of it is unknown any more. rollcall unknown lists the groups.\n',
  });
});
