import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Copies, Stored } from './copies.ts';
import type { Size } from './pictures.ts';

/** About 30,000 copies for a grid. */
const MAX_BYTES = 2 ** 30;

const nameOf = ({ key, version_id, etag }: Stored, size: Size) =>
  createHash('sha256')
    .update(`${key} ${version_id ?? etag} ${size}`)
    .digest('hex');

/** Keeps scaled copies in a folder. */
export class CopiesInFolder implements Copies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(photo: Stored, size: Size): Promise<Buffer | undefined> {
    try {
      // Most are for a grid, and short: a read takes less time than its way to another thread and back.
      return readFileSync(join(this.#folder, nameOf(photo, size)));
    } catch {
      return undefined;
    }
  }

  async write(photo: Stored, size: Size, jpeg: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = join(this.#folder, `${randomUUID()}.new`);
    await writeFile(draft, jpeg, { mode: 0o600 });
    await rename(draft, join(this.#folder, nameOf(photo, size)));
  }

  /** Removes the oldest copies beyond the limit, and what an interrupted start has left. */
  async prune(maxBytes = MAX_BYTES): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const { size, mtimeMs } = await stat(path);
        return { path, size: name.endsWith('.new') ? Infinity : size, mtimeMs };
      }),
    );
    let bytes = 0;
    for (const { path, size } of files.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
      if (bytes + size > maxBytes) await rm(path, { force: true });
      else bytes += size;
    }
  }
}
