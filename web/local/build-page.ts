import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../client/failure.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'web/app');
/** The page shares code with the API and the command line. */
const SOURCES = [PAGE, ...['web/api', 'client', 'schemas'].map((folder) => join(ROOT, folder))];
/** As in web/app/vite.config.ts. */
const BUILT = join(ROOT, 'node_modules/.cache/rollcall-web');

/** The folder of the built page. It is built, in seconds, if it never was or its sources have changed since. */
export async function builtPage(note: (text: string) => void): Promise<string> {
  if ((await timeOf(join(BUILT, 'index.html'))) > Math.max(...(await Promise.all(SOURCES.map(newest))))) return BUILT;
  note('Building the page of the dashboard …');
  const vite = join(ROOT, 'node_modules/.bin/vite');
  try {
    // With NODE_ENV=test, as in tests, Vite would take React's slower build for developers.
    const env = { ...process.env, NODE_ENV: 'production' };
    await promisify(execFile)(process.execPath, [vite, 'build', PAGE, '--logLevel', 'warn'], { cwd: ROOT, env });
  } catch (error) {
    note(`The page of the dashboard cannot be built. Run npm ci, then start again. ${messageOf(error)}`);
  }
  return BUILT;
}

/** When the newest file below a folder was changed, apart from installed packages. */
async function newest(folder: string): Promise<number> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => name !== 'node_modules');
  const times = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? newest(path) : timeOf(path);
  });
  return Math.max(0, ...(await Promise.all(times)));
}

const timeOf = async (path: string): Promise<number> => (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
