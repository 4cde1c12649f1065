import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Target } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { MAX_SIDECAR_BYTES, SUFFIX } from '../../client/xmp/regions.ts';
import { takeSidecars, type Imported } from '../../client/xmp/take.ts';

/** Reads names and boxes from the sidecars of a folder. A sidecar belongs to the photo `<its name without .xmp>`. */
export async function readSidecars(target: Target, folder: string): Promise<Imported> {
  const sidecars = (await sidecarsIn(folder)).map((file) => ({
    imageId: relative(folder, file).slice(0, -SUFFIX.length).replaceAll(sep, '/'),
    read: () => readFileOf(file),
  }));
  return takeSidecars(target, sidecars);
}

async function sidecarsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}

async function readFileOf(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_SIDECAR_BYTES)
    throw new Failure(`it has ${size} bytes, more than the ${MAX_SIDECAR_BYTES} of a sidecar`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw error instanceof TypeError ? new Failure('it is not UTF-8', { cause: error }) : error;
  }
}
