import { pauses } from '../pauses.ts';
import type { Blobs } from './blobs.ts';
import type { Catalog } from './catalog.ts';
import { uploadIdOf } from './multipart.ts';

export interface Sweep {
  /** Resolves when the blobs that were unreachable at the start are deleted. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

interface SweepOptions {
  readonly catalog: Catalog;
  readonly blobs: Blobs;
  /** The sweep begins once this has resolved. */
  readonly after: Promise<unknown>;
  readonly report: (error: unknown) => void;
}

/**
 * Deletes, in the background, the blobs that a process left which was killed before it committed them. Those of this
 * process stay, committed or not.
 */
export async function startSweep({ catalog, blobs, after, report }: SweepOptions): Promise<Sweep> {
  const closing = new AbortController();
  const keep = await blobsOfParts(catalog);
  const done = after
    .then(() => sweep(catalog, blobs, keep, closing.signal))
    .catch((error: unknown) => {
      if (!closing.signal.aborted) report(error);
    });
  return {
    done,
    close: async () => {
      closing.abort();
      await done;
    },
  };
}

async function sweep(catalog: Catalog, blobs: Blobs, keep: Set<string>, signal: AbortSignal): Promise<void> {
  const pause = pauses(signal);
  // A version that is committed meanwhile has a blob of this process.
  for await (const { content } of catalog.versions.values()) {
    if (content) keep.add(content.blob);
    await pause();
  }
  await blobs.removeUnreachable(keep, pause);
}

async function blobsOfParts(catalog: Catalog): Promise<Set<string>> {
  const blobs = new Set<string>();
  for await (const [entry, uploaded] of catalog.parts.iterator()) {
    // A part that arrived while its upload was being completed or aborted belongs to no upload.
    if (await catalog.uploads.get(uploadIdOf(entry))) blobs.add(uploaded.blob);
    else await catalog.parts.del(entry);
  }
  return blobs;
}
