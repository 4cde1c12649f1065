import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Writes what functions print to one file per function. These are the log groups of a laptop. */
export class FunctionLogs {
  readonly #folder: string;
  readonly #files = new Map<string, WriteStream>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  write(functionName: string, line: string): void {
    let file = this.#files.get(functionName);
    if (!file) {
      file = createWriteStream(join(this.#folder, `${functionName}.log`), { flags: 'a' });
      // A full disk costs lines of the log, not the account. The next line opens the file again.
      file.on('error', () => this.#files.delete(functionName));
      this.#files.set(functionName, file);
    }
    file.write(`${line}\n`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => new Promise<void>((done) => file.end(done))));
  }
}
