import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TaskName } from '../../schemas/tasks.ts';
import type { Bundle } from './bundle.ts';

/** Where a task's code lies, relative to the folder of the stack: a zip, and unpacked beside it without `.zip`. */
export type CodePath = `functions/${string}.zip`;

/** `variant` is what is in the zip but not in the bundle. The same code has the same name, other code another. */
export function codePath(name: TaskName, bundle: Bundle, variant: string): CodePath {
  const hash = createHash('sha256').update(variant);
  for (const [file, content] of Object.entries(bundle.files)) hash.update(`\0${file}\0`).update(content);
  return `functions/${name}-${hash.digest('hex').slice(0, 16)}.zip`;
}

/** Writes the bundle's folder. Other processes see all of it or none of it. */
export async function placeBundle(stackFolder: string, path: CodePath, bundle: Bundle): Promise<void> {
  await placeOnce(join(stackFolder, path.slice(0, -'.zip'.length)), async (folder) => {
    await mkdir(folder, { recursive: true });
    for (const [file, content] of Object.entries(bundle.files)) await writeFile(join(folder, file), content);
  });
}

/** Makes what is not there yet, under another name first. What a name stands for never changes. */
export async function placeOnce(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    // Another process was first: its content is the same.
    if (!(await exists(path))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
