import { FaceRecord } from '../../schemas/records.ts';
import { isExpired, isNameless, NAMELESS } from '../../tasks/forgetting/expired.ts';
import { eachInIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** How many faces nobody is named for in photos that were uploaded more days ago. */
export async function namelessFaces(
  target: Target,
  days: number,
  now: Date,
): Promise<{ faces: number; photos: number }> {
  const before = new Date(now.getTime() - days * 86_400_000);
  let faces = 0;
  const photos = new Set<string>();
  for (const value of NAMELESS) {
    const query = {
      table: 'results',
      index: 'by-status',
      value,
      schema: FaceRecord,
      period: { until: before },
    } as const;
    for await (const face of eachInIndex(target, query)) {
      if (!isNameless(face, before.toISOString()) || isExpired(face)) continue;
      faces += 1;
      photos.add(face.image_id);
    }
  }
  return { faces, photos: photos.size };
}
