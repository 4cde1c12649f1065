import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bundle, FunctionName } from './bundle.ts';

/** Path of a task's code, relative to the stack's folder. The same path without `.zip` is the unpacked bundle. */
export type CodePath = `functions/${string}.zip`;

/** A name by content hash. `variant` stands for what is in the zip but not in the bundle. */
export function codePath(name: FunctionName, bundle: Bundle, variant: string): CodePath {
  const hash = createHash('sha256').update(variant);
  for (const [file, content] of Object.entries(bundle.files)) hash.update(`\0${file}\0`).update(content);
  return `functions/${name}-${hash.digest('hex').slice(0, 16)}.zip`;
}

/** Writes the bundle's folder atomically. */
export async function placeBundle(stackFolder: string, path: CodePath, bundle: Bundle): Promise<void> {
  await placeOnce(join(stackFolder, path.slice(0, -'.zip'.length)), async (folder) => {
    await mkdir(folder, { recursive: true });
    for (const [file, content] of Object.entries(bundle.files)) await writeFile(join(folder, file), content);
  });
}

/** Creates what does not exist yet, under a temporary name first. What exists never changes. */
export async function placeOnce(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    // Another process was faster, with the same content.
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
