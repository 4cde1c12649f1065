import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synthesize } from '../../../local/synthesis.ts';
import { portrait, readManifest, samplePath } from '../../../samples/samples.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import { BIN, rollcall } from '../rollcall.ts';

let folder: string;
let started: ChildProcessByStdio<null, Readable, null>;
const lines: string[] = [];
let arrived = () => {};

/** The first line that begins so, now or later. */
async function line(beginning: string): Promise<string> {
  for (;;) {
    const found = lines.find((one) => one.startsWith(beginning));
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => (arrived = resolve));
  }
}

const command = (...args: string[]) => rollcall([...args, '--data', 'data'], { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-start-'));
  const args = ['start', '--no-samples', '--watch', 'inbox', '--data', 'data'];
  started = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface(started.stdout).on('line', (text) => {
    lines.push(text);
    arrived();
  });
  await line('Ctrl-C stops it');
}, 120_000);

afterAll(async () => {
  started.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test.runIf(process.platform === 'linux')(
  'it runs in the process that was started, whose memory has two arenas',
  async () => {
    const [environment, words] = await Promise.all(
      ['environ', 'cmdline'].map(async (name) => (await readFile(`/proc/${started.pid}/${name}`, 'utf8')).split('\0')),
    );
    expect(environment).toContain('MALLOC_ARENA_MAX=2');
    expect(words?.[1]).toBe(join(dirname(BIN), 'main.ts'));
  },
);

test(
  'a photo that is saved into the folder is looked at, and the other commands tell of it',
  { timeout: 180_000 },
  async () => {
    const manifest = await readManifest();
    const id = personIdOf('Robin');
    const robin = await portrait(
      manifest,
      manifest.people.find(({ name }) => name === 'Robin')!,
    );
    await writeFile(join(folder, 'robin.jpg'), robin);
    expect(await command('enroll', 'Robin', 'robin.jpg')).toStrictEqual({
      code: 0,
      stdout: '',
      stderr:
        'Enrolled: Robin.\n' +
        'Robin has 1 portrait; 3 to 10 are advised. Photos from another angle and in other light would help most.\n',
    });

    await copyFile(join(folder, 'robin.jpg'), join(folder, 'copy.jpg'));
    const twice = await command('enroll', 'Robin', 'robin.jpg', 'copy.jpg');
    expect([twice.code, twice.stderr.split('\n').slice(0, 3)]).toStrictEqual([
      1,
      [
        'Enrolled: Robin.',
        'Refused Robin/copy.jpg: It is the same photo as enroll/Robin/robin.jpg. Choose another one.',
        '1 photo was enrolled before, unchanged.',
      ],
    ]);

    const alike = await command('enroll', 'Kim', 'robin.jpg');
    expect([alike.code, alike.stderr]).toStrictEqual([
      1,
      `Refused Kim/robin.jpg: The face looks like Robin (${id}), who is enrolled: 99 % similarity. ` +
        'If that is the same person, enrol the photo there; if not, enrol it with --force.\n',
    ]);

    await copyFile(samplePath(manifest, 'sample1.jpg'), join(folder, 'half.jpg'));
    await rename(join(folder, 'half.jpg'), join(folder, 'inbox/party.jpg'));
    expect(await line('party.jpg')).toMatch(
      /^party\.jpg: unknown \(Robin \d %\), unknown \(Robin \d %\), Robin 9\d %$/,
    );

    await writeFile(join(folder, 'text.jpg'), 'not a photo');
    const uploaded = await command('upload', 'text.jpg', '--json');
    const [rejected] = uploaded.stdout.split('\n');
    expect([uploaded.code, uploaded.stderr, (JSON.parse(rejected!) as { status: string }).status]).toStrictEqual([
      0,
      '',
      'REJECTED',
    ]);

    const imagesOf = async (...filter: string[]) =>
      (await command('results', '--json', ...filter)).stdout
        .split('\n')
        .flatMap((text) => (text === '' ? [] : (JSON.parse(text) as { image_id: string }).image_id));
    expect(await imagesOf()).toStrictEqual(['party.jpg', 'text.jpg']);
    expect(await imagesOf('--person', 'ROBIN')).toStrictEqual(['party.jpg']);
    expect(await imagesOf('--person', 'robin', '--status', 'REJECTED')).toStrictEqual([]);
    expect(await imagesOf('--status', 'REJECTED')).toStrictEqual(['text.jpg']);
    expect(await imagesOf('--status', 'UNKNOWN')).toStrictEqual(['party.jpg']);
    expect(await imagesOf('--until', '2020-01-01')).toStrictEqual([]);
    expect(await imagesOf('--since', '2020-01-01', '--until', '9999-12-31')).toStrictEqual(['party.jpg', 'text.jpg']);

    const list = async () => JSON.parse((await command('people', '--json')).stdout) as { last_seen: string };
    const { last_seen, ...robinListed } = await list();
    expect(robinListed).toStrictEqual({ person_id: id, name: 'Robin', portraits: 1, photos: 1, merged: [] });
    expect((await command('people', 'robin')).stdout.split('\n')).toContain(`  ${last_seen}  party.jpg`);
    expect((await command('rename', 'robin', 'Robin Roe')).stderr).toBe(`Robin is now called Robin Roe (${id}).\n`);
    expect(await list()).toStrictEqual({ ...robinListed, name: 'Robin Roe', last_seen });
    const inParty = async () => {
      const { faces } = JSON.parse((await command('show', 'party.jpg', '--json')).stdout) as {
        faces: { person?: string }[];
      };
      return faces.flatMap(({ person }) => person ?? []);
    };
    expect([await inParty(), await imagesOf('--person', 'robin')]).toStrictEqual([['Robin Roe'], ['party.jpg']]);

    const kim = manifest.people.find(({ name }) => name === 'Kim')!;
    await writeFile(join(folder, 'kim.jpg'), await portrait(manifest, kim));
    await command('enroll', 'Kim', 'kim.jpg');
    expect((await command('merge', 'Robin Roe', 'kim')).stderr).toBe(
      `Robin Roe is now Kim. To take it back: rollcall unmerge ${id}\n`,
    );
    expect([await inParty(), await imagesOf('--person', 'Kim')]).toStrictEqual([['Kim'], ['party.jpg']]);
    expect((await command('merge', 'kim', 'robin roe')).stderr).toMatch(/^That is one person already: /);
    expect((await command('unmerge', 'robin roe')).stderr).toBe('Robin Roe and Kim are two people again.\n');
    expect([await inParty(), await imagesOf('--person', 'Kim')]).toStrictEqual([['Robin Roe'], []]);

    expect(await command('results', '--person', 'Nobody')).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: 'Nobody called Nobody is enrolled. There are: Kim, Robin Roe.\n',
    });
    const shown = JSON.parse((await command('show', 'party.jpg', '--json')).stdout) as { faces: unknown[] };
    expect(shown.faces.length).toBe(3);
    expect(await command('show', 'nope.jpg')).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no photo nope.jpg. rollcall results lists them all.\n',
    });
  },
);

test('a second process on the same folder is told so', async () => {
  const { code, stderr } = await command('start', '--once');
  expect([code, stderr.includes('in use by another Rollcall process')]).toStrictEqual([1, true]);
});

test('Ctrl-C stops it cleanly', async () => {
  started.kill('SIGINT');
  expect(await once(started, 'exit')).toStrictEqual([0, null]);
});

test('the next start does not synthesize again', async () => {
  const record = join(folder, 'data/cdktf.out/made-from.json');
  const written = (await stat(record)).mtimeMs;
  expect((await command('results')).code).toBe(0);
  await synthesize(join(folder, 'data'));
  expect((await stat(record)).mtimeMs).toBe(written);
});
