import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStack } from '../../local/terraform.ts';
import { TASK_NAMES } from '../../schemas/tasks.ts';

const project = join(import.meta.dirname, '../..');
let outdir: string;

beforeEach(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'rollcall-synth-'));
});
afterEach(() => rm(outdir, { recursive: true }));

async function main(env: Record<string, string> = {}) {
  const run = spawn(process.execPath, ['main.ts'], {
    cwd: project,
    env: { PATH: process.env['PATH'], CDKTF_OUTDIR: outdir, ROLLCALL_PACKAGE: 'false', ...env },
  });
  const exited = new Promise<number | null>((resolve) => run.once('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([text(run.stdout), text(run.stderr), exited]);
  return { stdout, stderr, code };
}

const quiet = { stdout: '', stderr: '', code: 0 };

test('two processes may synthesize into one folder at once, and leave what one would have left', async () => {
  expect(await Promise.all([main(), main()])).toStrictEqual([quiet, quiet]);
  const { functions } = await readStack(join(outdir, 'stacks/rollcall'));
  const bundles = functions.map(({ folder }) => relative(outdir, folder));
  const files = [
    'manifest.json',
    'stacks',
    'stacks/rollcall',
    'stacks/rollcall/cdk.tf.json',
    'stacks/rollcall/functions',
    ...bundles.flatMap((folder) => [folder, `${folder}/index.mjs`, `${folder}/index.mjs.map`]),
  ];
  expect((await readdir(outdir, { recursive: true })).toSorted()).toStrictEqual(files.toSorted());

  // The others find the image library where the embedded account, or the zip, puts it.
  const alone = bundles
    .filter((folder) => !/load-|detect-faces|check-enrolment|apply-decisions|dashboard-api/.test(folder))
    .map((folder) => join(outdir, folder, 'index.mjs'));
  expect(alone).toHaveLength(TASK_NAMES.length - 5);
  const load = `for (const file of ${JSON.stringify(alone)}) console.log(typeof (await import(file)).handler)`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load]);
  expect(stdout).toBe('function\n'.repeat(alone.length));
  // Two processes bundle everything, on a machine that may be busy.
}, 240_000);

test('a wrong value stops it with a sentence, and nothing is written', async () => {
  expect(await main({ ROLLCALL_FACE_MATCH_THRESHOLD: '0.8' })).toStrictEqual({
    stdout: '',
    stderr:
      'Nothing was synthesized, because of rollcall.config.ts or the environment:\n' +
      'faceMatchThreshold (ROLLCALL_FACE_MATCH_THRESHOLD): must be a percentage from 1 to 100, not 0.8\n',
    code: 1,
  });
  expect(await readdir(outdir)).toStrictEqual([]);
});
