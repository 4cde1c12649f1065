import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialsOf } from '../../local/access-key.ts';
import { aDeployment } from '../support/deployment.ts';
import { rollcall } from './rollcall.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-usage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tells = (command: string) => `(rollcall ${command}--help tells more)\n`;

const NO_NAME = (name: string) =>
  `"${name}" is not a name: it needs 1 to 200 characters, of which one can be seen, must not start with a dot, and must not contain a slash, control characters or marks of direction.\n`;

test.each([
  [['frobnicate'], `error: unknown command 'frobnicate'\n${tells('')}`],
  [['recognize'], `error: missing required argument 'path'\n${tells('recognize ')}`],
  [['recognize', 'a.jpg', '--jsno'], `error: unknown option '--jsno'\n(Did you mean --json?)\n${tells('recognize ')}`],
  [
    ['results', '--since', 'yesterday'],
    `error: option '--since <time>' argument 'yesterday' is invalid. A time is 2026-11-23, or 2026-11-23T18:05:00Z.\n${tells('results ')}`,
  ],
  [
    ['rekognition', '--port', '99999'],
    `error: option '--port <number>' argument '99999' is invalid. A port is a whole number from 0 (any free one) to 65535.\n${tells('rekognition ')}`,
  ],
  [['recognize', 'nowhere.jpg'], "nowhere.jpg cannot be read: ENOENT: no such file or directory, stat 'nowhere.jpg'\n"],
  [['enroll', 'a/b', '.'], NO_NAME('a/b')],
  [['rename', 'Robin', '.x'], NO_NAME('.x')],
  [['forget', 'Robin'], 'Forgetting cannot be undone. See what it removes with --dry-run, then give --yes.\n'],
  [['enroll'], 'Name a person and at least one photo, or a folder of people with --people.\n'],
  [
    ['enroll', 'Robin', '.', '--people', '.'],
    '--people takes the names from its folders. Leave out the name, the photos and --new-person.\n',
  ],
])('%j is wrong usage: exit code 2 and what to do', async (args, stderr) => {
  expect(await rollcall(args, { cwd: folder })).toStrictEqual({ code: 2, stdout: '', stderr });
});

test.each([
  'recognize',
  'start',
  'upload',
  'enroll',
  'people',
  'rename',
  'merge',
  'unmerge',
  'split',
  'threshold',
  'calibrate',
  'results',
  'statistics',
  'executions',
  'show',
  'why',
  'export',
  'import',
  'import-collection',
  'forget',
  'bootstrap',
  'doctor',
  'env',
  'rekognition',
])('%s --help goes to stdout, with an example and exit code 0', async (command) => {
  const { code, stdout, stderr } = await rollcall([command, '--help']);
  expect([
    code,
    stderr,
    stdout.includes(`Usage: rollcall ${command}`),
    stdout.includes(`Example:\n  rollcall ${command}`),
  ]).toStrictEqual([0, '', true, true]);
});

test('where there is no data, a command says so and creates none: exit code 1', async () => {
  expect(await rollcall(['results', '--data', 'empty'], { cwd: folder })).toStrictEqual({
    code: 1,
    stdout: '',
    stderr: 'There is no data in empty. Choose the folder with --data, or begin with: rollcall start --data empty\n',
  });
  expect(existsSync(join(folder, 'empty'))).toBe(false);
});

const UNHELD = [
  [['results'], 'No photos.\n', '', 0],
  [['executions'], 'No executions.\n', '', 0],
  [['statistics'], 'No photos in this time.\n', '', 0],
  [['failed'], 'Nothing failed.\n', '', 0],
  [['people'], 'Nobody is enrolled.\n', '', 0],
  [['dead-letters'], 'No dead letters.\n', '', 0],
  [['redrive', '--all'], '', '0 redriven, 0 started anew, 0 left alone.\n', 0],
  [['show', 'a.jpg'], '', 'There is no photo a.jpg. rollcall results lists them all.\n', 1],
] as const;

test('commands work on a data folder that no process holds', { timeout: 300_000 }, async () => {
  await mkdir(join(folder, 'unheld', 'state'), { recursive: true });
  for (const [args, stdout, stderr, code] of UNHELD) {
    const ended = await rollcall([...args, '--data', 'unheld'], { cwd: folder });
    expect(ended).toStrictEqual({ code, stdout, stderr });
  }
  expect(existsSync(join(folder, 'unheld', 'account.json'))).toBe(false);
});

test('what a process left behind that is gone counts as nothing', async () => {
  // No system gives out process ids as high as this.
  const endpoint = { url: 'http://127.0.0.1:9', region: 'us-east-1', credentials: credentialsOf('rollcall') };
  const account = { ...endpoint, pid: 2 ** 30, deployment: aDeployment() };
  await writeFile(join(folder, 'account.json'), JSON.stringify(account));
  const { code, stderr } = await rollcall(['doctor', '--data', '.'], { cwd: folder });
  expect([code, stderr]).toStrictEqual([
    1,
    'Nothing runs on .. Start it in another terminal, with: rollcall start --data .\n',
  ]);
});

test('another Node hands over to the one that the project brings, and passes its exit code on', async () => {
  const another = join(folder, 'another-node');
  await copyFile(process.execPath, another);
  const { code, stdout, stderr } = await rollcall(['frobnicate'], { node: another });
  expect([code, stdout, stderr]).toStrictEqual([2, '', `error: unknown command 'frobnicate'\n${tells('')}`]);
});
