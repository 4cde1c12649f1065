import { MAX_SIDECAR_BYTES, SUFFIX } from '../../../client/xmp/regions.ts';
import { send } from '../api/client.ts';
import { downloadArchives } from '../api/download-archives.ts';
import type { TakenSidecars } from '../api/types.ts';

/** Photos a request: the most that it takes. */
const PAGE = 500;

/** Gives the sidecars of all photos to whoever uses the browser. Gives how many. */
export const downloadSidecars = (onPage: (photos: number) => void): Promise<number> =>
  downloadArchives(`/sidecars?limit=${PAGE}`, 'sidecars', (come) => onPage(come * PAGE));

/** What one request takes. It has to be answered in time. */
const BATCH = { sidecars: 100, bytes: 2 * 1024 * 1024 };

export interface Taken {
  /** The acts, to undo them. */
  batches: string[];
  named: number;
  known: number;
  /** What was left out, and why. */
  left: { file: string; why: string }[];
}

/** Takes names from sidecars: of a folder that is laid out as the photos are, or single ones. */
export async function takeSidecars(files: readonly File[], onPart: (read: number) => void): Promise<Taken> {
  const taken: Taken = { batches: [], named: 0, known: 0, left: [] };
  // In the order of the command line: browsers list a folder in any.
  const sidecars = files
    .filter(({ name }) => name.endsWith(SUFFIX) && name !== SUFFIX)
    .toSorted((one, other) => (photoOf(one) < photoOf(other) ? -1 : 1));
  for (let read = 0; read < sidecars.length;) {
    const batch = nextBatch(sidecars, read);
    try {
      await takeBatch(batch, taken);
    } catch (error) {
      // What was taken until then is to be told, and can be undone.
      if (taken.batches.length === 0) throw error;
      const why = (error as Error).message;
      taken.left.push(...sidecars.slice(read).map((file) => ({ file: photoOf(file), why })));
      return taken;
    }
    read += batch.length;
    onPart(read);
  }
  return taken;
}

function nextBatch(files: readonly File[], start: number): readonly File[] {
  let [end, bytes] = [start, 0];
  while (end < files.length && end - start < BATCH.sidecars && (end === start || bytes < BATCH.bytes)) {
    bytes += files[end]!.size;
    end += 1;
  }
  return files.slice(start, end);
}

async function takeBatch(files: readonly File[], taken: Taken): Promise<void> {
  const sidecars: { image_id: string; xmp: string }[] = [];
  for (const file of files) {
    const xmp = await textOf(file).catch((error: Error) => error);
    if (typeof xmp === 'string') sidecars.push({ image_id: photoOf(file), xmp });
    else taken.left.push({ file: photoOf(file), why: xmp.message });
  }
  if (sidecars.length === 0) return;
  const { batch, named, known, problems } = await send<TakenSidecars>('POST', '/sidecars', { sidecars });
  if (batch !== null) taken.batches.push(batch);
  taken.named += named;
  taken.known += known;
  taken.left.push(...problems.map(({ image_id, problem }) => ({ file: image_id, why: problem })));
}

/** In a folder that was chosen, the path below it. */
const photoOf = ({ name, webkitRelativePath: path }: File) =>
  (path ? path.slice(path.indexOf('/') + 1) : name).slice(0, -SUFFIX.length);

async function textOf(file: File): Promise<string> {
  if (file.size > MAX_SIDECAR_BYTES) throw new Error(`it has more than the ${MAX_SIDECAR_BYTES} bytes of a sidecar`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error('it is not UTF-8');
  }
}
