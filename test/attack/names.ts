import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rollcall } from '../cli/rollcall.ts';
import type { Attempts } from './attempts.ts';

// oxlint-disable-next-line no-control-regex
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** A folder of names that could move the cursor, reverse a line, hang a reader or lead in a circle. */
export async function attackNames(root: string, dataDir: string, attempts: Attempts): Promise<void> {
  const folder = join(root, 'names');
  await mkdir(join(folder, 'deep'), { recursive: true });
  const names = ['\u001b[2J\u001b]0;owned\u0007.jpg', 'gpj.\u202egpj.exe', 'a\nb\rc.jpg', '$(id);`id`.jpg', '-rf'];
  for (const name of names) await writeFile(join(folder, name), 'no picture');
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('zo\u00eb.jpg', 'latin1')]), '').catch(
    () => {},
  );
  await symlink('..', join(folder, 'deep', 'circle'));
  await symlink('/dev/zero', join(folder, 'endless.jpg'));
  execFileSync('mkfifo', [join(folder, 'fifo.jpg')]);
  await attempts.harm('recognize a folder of hostile names', async () => {
    const { code, stdout, stderr } = await rollcall(['recognize', folder, '--data', dataDir]);
    if (code !== 0) return `exit code ${code}: ${stderr}`;
    if (RAW.test(stdout + stderr)) return 'it printed a raw control or direction character';
    const rejected = stdout.split('rejected: ').length - 1;
    return rejected >= names.length ? undefined : `it told of ${rejected} of ${names.length} files: ${stdout}`;
  });
}
