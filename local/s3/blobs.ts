import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, constants, mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

interface BlobContent {
  readonly blob: string;
  readonly size: number;
}

/** In bytes: longer than nearly all crops and JSON files. */
const SHORT = 128 * 1024;

/** Files with random names. A blob that no index entry names is unreachable, and is deleted after the next start. */
export class Blobs {
  readonly #folder: string;
  /** The names of all that this process created, until unreachable ones are deleted: these may be without an entry yet. */
  #created: Set<string> | undefined = new Set();

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(blob: string): string {
    return join(this.#folder, blob.slice(0, 2), blob);
  }

  /** Creates a blob with `write`, and deletes the file if that fails. */
  async create<T>(write: (path: string) => Promise<T>): Promise<{ blob: string; value: T }> {
    const blob = randomUUID();
    const path = this.path(blob);
    this.#created?.add(blob);
    await mkdir(dirname(path), { recursive: true });
    try {
      return { blob, value: await write(path) };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async copy(from: string): Promise<string> {
    return (await this.create((path) => copyFile(this.path(from), path, constants.COPYFILE_FICLONE))).blob;
  }

  /** Throws for a file of another size than was committed: an answer cut short would keep its client waiting. */
  async open(content: BlobContent): Promise<FileHandle> {
    const file = await open(this.path(content.blob));
    const found = (await file.stat()).size;
    if (found === content.size) return file;
    await file.close();
    throw this.#damaged(content, found);
  }

  /** Throws as `open` does. */
  async read(content: BlobContent): Promise<Buffer> {
    const path = this.path(content.blob);
    // A short read takes less time than its way to another thread and back.
    const bytes = content.size <= SHORT ? readFileSync(path) : await readFile(path);
    if (bytes.length !== content.size) throw this.#damaged(content, bytes.length);
    return bytes;
  }

  #damaged({ blob, size }: BlobContent, found: number): Error {
    return new Error(`${this.path(blob)} is damaged: it has ${found} bytes and should have ${size}. Upload it again.`);
  }

  async remove(blobs: Iterable<string>): Promise<void> {
    await Promise.all(Array.from(blobs, (blob) => rm(this.path(blob), { force: true })));
  }

  /**
   * Deletes every file but these and those that this process created. A process that was killed can leave files that it
   * never committed. `pause` is called after each file.
   */
  async removeUnreachable(keep: ReadonlySet<string>, pause: () => Promise<void>): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      for (const folder of await readdir(this.#folder, { withFileTypes: true })) {
        if (!folder.isDirectory()) continue;
        for (const file of await readdir(join(this.#folder, folder.name), { withFileTypes: true })) {
          const isKept = keep.has(file.name) || this.#created?.has(file.name);
          if (file.isFile() && !isKept) await rm(join(file.parentPath, file.name), { force: true });
          await pause();
        }
      }
    } finally {
      this.#created = undefined;
    }
  }
}
