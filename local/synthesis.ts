import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The local Rekognition has no quotas: as many calls per second as a setting allows. */
const NO_QUOTAS = {
  ROLLCALL_DETECT_FACES_PER_SECOND: '10000',
  ROLLCALL_SEARCH_FACES_PER_SECOND: '10000',
  ROLLCALL_INDEX_FACES_PER_SECOND: '10000',
  ROLLCALL_COMPARE_FACES_PER_SECOND: '10000',
};

/** What only AWS needs. A laptop has a dashboard of its own. */
const LEFT_OUT = { ROLLCALL_PACKAGE: 'false', ROLLCALL_DASHBOARD: 'false' };

const root = join(import.meta.dirname, '..');

/**
 * Synthesizes the stack into a data folder, as `cdktf deploy` would, and returns the folder of cdk.tf.json. It writes
 * no zips: functions run from the folders beside them, so the binaries of another architecture are never needed.
 * `settings` are ROLLCALL_* variables, which override those of this process.
 */
export async function synthesize(dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = join(dataDir, 'cdktf.out');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await linkModules(dataDir);
  try {
    await promisify(execFile)(process.execPath, ['main.ts'], {
      cwd: root,
      env: { ...NO_QUOTAS, ...process.env, ...LEFT_OUT, ...settings, CDKTF_OUTDIR: folder },
    });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`The stack cannot be synthesized. ${stderr?.trim() || String(error)}`, { cause: error });
  }
  const [stack] = await readdir(join(folder, 'stacks'));
  if (!stack) throw new Error('The app synthesized no stack.');
  return join(folder, 'stacks', stack);
}

/**
 * No bundle contains the image library, because its native part differs by machine. Functions use the project's own.
 */
async function linkModules(dataDir: string): Promise<void> {
  const link = join(dataDir, 'node_modules');
  await rm(link, { recursive: true, force: true });
  await symlink(join(root, 'node_modules'), link, 'junction');
}
