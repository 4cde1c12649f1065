// node bench/cold-start.ts [--runs N]
//
// Measures the time from the start of a function's process until its handler is ready, and the size of its zip, against
// the same handler in a plain bundle: esbuild's defaults for Node, which include the whole CommonJS clients and do not
// minify. The two alternate, so that other load on the machine affects both: the ratio is what counts.

import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { TASK_NAMES, type TaskName } from '../schemas/tasks.ts';
import { bundleTasks, type Bundle } from '../stacks/bundles/bundle.ts';
import { placeZip, zip } from '../stacks/bundles/zip.ts';
import { TASK_SETTINGS } from '../stacks/tasks.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } });
const root = path.join(import.meta.dirname, '..');
const cache = path.join(root, 'node_modules/.cache');
await mkdir(cache, { recursive: true });
// Inside the project, so that a bundle finds sharp, which no bundle contains.
const folder = await mkdtemp(path.join(cache, 'rollcall-cold-start-'));

interface Started {
  readonly ready: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** With source maps, as deployed. The plain bundle has none. */
async function start(file: string, options: readonly string[]): Promise<Started> {
  const env = { PATH: process.env['PATH'], AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'bench' };
  const args = [...options, path.join(import.meta.dirname, 'ready.mjs'), file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Started;
}

async function ours(task: TaskName, bundle: Bundle): Promise<string> {
  const place = path.join(folder, task);
  await mkdir(place);
  for (const [name, content] of Object.entries(bundle.files)) await writeFile(path.join(place, name), content);
  return path.join(place, 'index.mjs');
}

async function plain(task: TaskName): Promise<{ file: string; zipped: number }> {
  const file = path.join(folder, `${task}-plain.cjs`);
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'tasks', `${task}.ts`)],
    outfile: file,
    bundle: true,
    platform: 'node',
    write: false,
    external: ['sharp'],
    logLevel: 'error',
  });
  const code = outputFiles[0]!.contents;
  await writeFile(file, code);
  return { file, zipped: zip({ 'index.js': code }).length };
}

async function zipped(task: TaskName, bundle: Bundle): Promise<number> {
  const file = path.join(folder, `${task}.zip`);
  await placeZip(root, file, bundle, process.arch === 'arm64' ? 'arm64' : 'x86_64');
  return (await stat(file)).size;
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const kilobytes = (bytes: number) => Math.round(bytes / 1000).toLocaleString('en');

async function row(task: TaskName, bundle: Bundle): Promise<string> {
  const [own, other] = [await ours(task, bundle), await plain(task)];
  const [mine, theirs]: [Started[], Started[]] = [[], []];
  for (let run = 0; run < Number(values.runs); run += 1) {
    mine.push(await start(own, ['--enable-source-maps']));
    theirs.push(await start(other.file, []));
  }
  const [ready, plainly] = [mine, theirs].map((all) => median(all.map((one) => one.ready)));
  const cells = [
    task,
    `${kilobytes(await zipped(task, bundle))} KB${bundle.needsSharp ? ' with sharp' : ''}`,
    `${kilobytes(other.zipped)} KB${bundle.needsSharp ? ' without' : ''}`,
    `${ready!.toFixed(0)} ms`,
    `${plainly!.toFixed(0)} ms`,
    (ready! / plainly!).toFixed(2),
    `${median(mine.map((one) => one.cpu)).toFixed(0)} ms`,
    `${median(mine.map((one) => one.megabytes)).toFixed(0)} MB`,
    `${TASK_SETTINGS[task].memoryMb} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

try {
  console.log('| task | zip | plain zip | ready | plain | ratio | processor | memory then | memory given |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: | --: |');
  const bundles = await bundleTasks(root);
  for (const task of TASK_NAMES) console.log(await row(task, bundles[task]));
} finally {
  await rm(folder, { recursive: true });
}
