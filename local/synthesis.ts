import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hashInputs, isMadeFrom, recordInputs } from './kept-synthesis.ts';

/** The local Rekognition has no quotas: as many calls per second as a setting allows. */
const NO_QUOTAS = {
  ROLLCALL_DETECT_FACES_PER_SECOND: '10000',
  ROLLCALL_SEARCH_FACES_PER_SECOND: '10000',
  ROLLCALL_INDEX_FACES_PER_SECOND: '10000',
  ROLLCALL_COMPARE_FACES_PER_SECOND: '10000',
};

/** What only AWS needs. A laptop has a dashboard of its own. */
const LEFT_OUT = { ROLLCALL_PACKAGE: 'false', ROLLCALL_DASHBOARD: 'false' };

const ROOT = join(import.meta.dirname, '..');

/**
 * Synthesizes the stack into a data folder, as `cdktf deploy` would, and returns the folder of cdk.tf.json. What an
 * earlier start synthesized from the same inputs is kept. It writes no zips: functions run from the folders beside them,
 * so the binaries of another architecture are never needed. `settings` are ROLLCALL_* variables, which override those of
 * this process. `root` is the project's folder.
 */
export async function synthesize(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
  root: string = ROOT,
): Promise<string> {
  const folder = join(dataDir, 'cdktf.out');
  const env = { ...NO_QUOTAS, ...process.env, ...LEFT_OUT, ...settings };
  await linkModules(root, dataDir);
  const inputs = await hashInputs(root, env);
  if (!(await isMadeFrom(folder, inputs))) {
    await runMain(root, folder, env);
    await recordInputs(folder, inputs);
  }
  const [stack] = await readdir(join(folder, 'stacks'));
  if (!stack) throw new Error('The app synthesized no stack.');
  return join(folder, 'stacks', stack);
}

async function runMain(root: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await promisify(execFile)(process.execPath, ['main.ts'], { cwd: root, env: { ...env, CDKTF_OUTDIR: folder } });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`The stack cannot be synthesized. ${stderr?.trim() || String(error)}`, { cause: error });
  }
}

/**
 * No bundle contains the image library, because its native part differs by machine. Functions use the project's own.
 */
async function linkModules(root: string, dataDir: string): Promise<void> {
  const link = join(dataDir, 'node_modules');
  await mkdir(dataDir, { recursive: true });
  await rm(link, { recursive: true, force: true });
  await symlink(join(root, 'node_modules'), link, 'junction');
}
