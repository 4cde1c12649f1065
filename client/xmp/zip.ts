import { zipSync, type Zippable } from 'fflate';
import { PhotoRecord } from '../../schemas/records.ts';
import { readPage, type Position } from '../deployment/pages.ts';
import { readFaces, readPeople } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { sidecarOf, sidecarPathOf } from './of-photo.ts';

/** Concurrent queries. */
const CONCURRENCY = 16;

/** The sidecars of the next photos with faces, as an archive. Photos whose names are no safe paths are left out. */
export async function zipSidecars(
  target: Target,
  { limit, from }: { readonly limit: number; readonly from?: Position | undefined },
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly next?: Position }> {
  const { rows, next } = await readPage(target, {
    table: 'results',
    index: 'by-status',
    values: ['COMPLETED'],
    schema: PhotoRecord,
    order: 'asc',
    limit,
    ...(from && { from }),
  });
  const people = await readPeople(target);
  const entries = await mapConcurrently(CONCURRENCY, rows, async (photo): Promise<[string, Uint8Array][]> => {
    const path = sidecarPathOf(photo.image_id);
    return path === undefined ? [] : [[path, Buffer.from(sidecarOf(photo, await readFaces(target, photo), people))]];
  });
  const files: Zippable = Object.fromEntries(entries.flat());
  return { bytes: zipSync(files), ...(next && { next }) };
}
