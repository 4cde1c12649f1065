import { unzipSync, Zip, ZipDeflate } from 'fflate';

export interface Merged {
  blob: Blob;
  /** How many files are in it. */
  files: number;
}

/** One ZIP archive of several, or a few of at most so many files, if each that is given has fewer. */
export async function* merge(archives: AsyncIterable<Uint8Array>, mostFiles: number): AsyncGenerator<Merged> {
  let merged = new Archive();
  for await (const archive of archives) {
    const files = Object.entries(unzipSync(archive));
    if (merged.files > 0 && merged.files + files.length > mostFiles) {
      yield merged.end();
      merged = new Archive();
    }
    for (const [name, bytes] of files) merged.add(name, bytes);
  }
  if (merged.files > 0) yield merged.end();
}

class Archive {
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  readonly #zip = new Zip((error, chunk) => {
    if (error) throw error;
    this.#chunks.push(chunk as Uint8Array<ArrayBuffer>);
  });
  readonly #names = new Set<string>();

  get files(): number {
    return this.#names.size;
  }

  /** A file that is there already is the same: it was named by what it holds. */
  add(name: string, bytes: Uint8Array): void {
    if (this.#names.has(name)) return;
    const file = new ZipDeflate(name);
    this.#zip.add(file);
    file.push(bytes, true);
    this.#names.add(name);
  }

  end(): Merged {
    this.#zip.end();
    return { blob: new Blob(this.#chunks, { type: 'application/zip' }), files: this.files };
  }
}
