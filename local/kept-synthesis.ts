import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writePrivately } from './data-folder.ts';

/** All that main.ts, what it imports, and the bundles of functions are made from. Packages are in the lock files. */
export const SOURCES = [
  'main.ts',
  'rollcall.config.ts',
  'package.json',
  'package-lock.json',
  // What is installed, which need not be what package-lock.json asks for.
  'node_modules/.package-lock.json',
  'cdktf.json',
  'tsconfig.json',
  'client',
  'local',
  'recording',
  'schemas',
  'stacks',
  'statemachines',
  'tasks',
  'web/api',
  'web/lambda',
  'web/local',
];

/** Those that this project and cdktf read. Libraries set variables AWS_* of their own, and synthesis reads none. */
const VARIABLES = /^(?:ROLLCALL_|CDKTF_|SYNTH_HCL_OUTPUT$)/;
/** In the folder of the output. Without it, the synthesis did not end. */
const RECORD = 'made-from.json';

/** A hash of all that decides what a synthesis of the project at `root` writes. */
export async function hashInputs(root: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  const variables = Object.entries(env).filter(([name]) => VARIABLES.test(name));
  hash.update(JSON.stringify(variables.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  hash.update(JSON.stringify((await settingsAt(root)) ?? null));
  for (const path of SOURCES) addTo(hash, root, path);
  return hash.digest('hex');
}

/** Whether a folder holds all that a synthesis from these inputs wrote, unchanged. */
export async function isMadeFrom(folder: string, inputs: string): Promise<boolean> {
  try {
    const record: unknown = JSON.parse(await readFile(join(folder, RECORD), 'utf8'));
    return JSON.stringify(record) === JSON.stringify(recordOf(folder, inputs));
  } catch {
    return false;
  }
}

/** Called once the synthesis has ended. */
export async function recordInputs(folder: string, inputs: string): Promise<void> {
  await writePrivately(join(folder, RECORD), recordOf(folder, inputs));
}

function recordOf(folder: string, inputs: string) {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted()) if (name !== RECORD) addTo(hash, folder, name);
  return { inputs, output: hash.digest('hex') };
}

/** The file may read other files or variables. One that cannot be read makes the synthesis fail, with a better message. */
async function settingsAt(root: string): Promise<unknown> {
  const { href } = pathToFileURL(join(root, 'rollcall.config.ts'));
  return import(href).then(
    (module: { default: unknown }) => module.default,
    () => undefined,
  );
}

/** Adds the path and content of a file, or of all files in a folder. Synchronous, because promises cost more. */
function addTo(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  const facts = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (facts?.isDirectory()) {
    for (const name of readdirSync(join(root, path)).toSorted()) addTo(hash, root, `${path}/${name}`);
  } else if (facts?.isFile()) {
    hash.update(`\0${path}\0${facts.size}\0`).update(readFileSync(join(root, path)));
  }
}
