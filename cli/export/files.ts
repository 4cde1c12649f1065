import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { Target } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { hash } from '../../schemas/keys.ts';

/** Makes a folder that only this user can read, or takes one that is empty. */
export async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new Failure(`${folder} is not empty. Choose a new folder, so that nothing in it is overwritten.`);
  }
}

/** An object of the bucket. Without a version the current one. */
export interface ExportedObject {
  readonly key: string;
  readonly version_id?: string | undefined;
}

/** One entry of `index.json`. */
export type Entry =
  | { readonly path: string; readonly key: string; readonly version_id: string | null }
  | { readonly path: null; readonly key: string; readonly version_id: string | null; readonly missing: string };

/**
 * Copies an object to `<folder>/<kind>/<hash of the key and version>.<extension>`, because keys are no safe paths.
 * Undefined if it was copied before.
 */
export async function copyObject(
  { s3, deployment }: Target,
  folder: string,
  kind: string,
  { key, version_id }: ExportedObject,
): Promise<Entry | undefined> {
  const path = `${kind}/${hash(`${key} ${version_id ?? ''}`)}${extensionOf(key)}`;
  const file = await createOnce(join(folder, path));
  if (!file) return undefined;
  const at = { key, version_id: version_id ?? null };
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: deployment.bucket, Key: key, VersionId: version_id }),
    );
    await pipeline(Body as Readable, file.createWriteStream());
    return { path, ...at };
  } catch (error) {
    await file.close();
    await rm(join(folder, path));
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NoSuchVersion') return { path: null, ...at, missing: name };
    throw error;
  }
}

const extensionOf = (key: string) => /^\.[a-z0-9]{1,5}$/i.exec(extname(key))?.[0].toLowerCase() ?? '';

async function createOnce(path: string): Promise<FileHandle | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** Writes lines to a file as fast as the disk takes them. */
export class LineFile {
  readonly #stream: WriteStream;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.#stream.once('error', (error) => (this.#failure = error));
  }

  async write(line: string): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#stream.write(`${line}\n`)) return;
    await new Promise<void>((resolve) => {
      this.#stream.once('drain', resolve).once('close', resolve);
    });
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}
