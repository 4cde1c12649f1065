import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('several processes may synthesize into one folder at once, and leave what one would have left', async () => {
  expect(await Promise.all([main(), main(), main()])).toStrictEqual([quiet, quiet, quiet]);
  const folder = join(outdir, 'stacks/rollcall');
  const stack = await readStack(folder);
  const left = (await readdir(outdir, { recursive: true })).toSorted();
  expect(left).toStrictEqual(
    [
      'manifest.json',
      'stacks',
      'stacks/rollcall',
      'stacks/rollcall/cdk.tf.json',
      'stacks/rollcall/functions',
      ...stack.functions.flatMap((one) => {
        const bundle = one.folder.slice(outdir.length + 1);
        return [bundle, `${bundle}/index.mjs`, `${bundle}/index.mjs.map`];
      }),
    ].toSorted(),
  );
});

test('a bundle loads as it lies, and exports its handler', async () => {
  await main();
  const { functions } = await readStack(join(outdir, 'stacks/rollcall'));
  // The others find the image library where the embedded account, or the zip, puts it.
  const alone = functions
    .filter(({ name }) => !/load-|crop-/.test(name))
    .map(({ folder }) => join(folder, 'index.mjs'));
  expect(alone).toHaveLength(TASK_NAMES.length - 3);
  const load = `for (const file of ${JSON.stringify(alone)}) console.log(typeof (await import(file)).handler)`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load]);
  expect(stdout).toBe('function\n'.repeat(alone.length));
});

test('another environment is another stack, with a state of its own', async () => {
  expect(await main({ ROLLCALL_ENVIRONMENT: 'staging' })).toStrictEqual(quiet);
  const json = JSON.parse(await readFile(join(outdir, 'stacks/rollcall-staging/cdk.tf.json'), 'utf8')) as {
    terraform: object;
  };
  expect(json.terraform).toStrictEqual({
    backend: { local: { path: '../../../terraform.rollcall-staging.tfstate' } },
    required_providers: { aws: { source: 'aws', version: '5.100.0' } },
  });
});

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
