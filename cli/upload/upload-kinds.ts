import type { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Item, Kind } from './upload-and-wait.ts';
import { contentOf, type LocalFile } from './files.ts';
import { enrolments, enrolmentsByKey, photosByKey } from '../deployment/queries.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';

const photoItem = ({ path, name }: LocalFile): Item => ({
  key: PREFIXES.input + name,
  name,
  read: () => contentOf(path),
});
const portraitItem = ({ path, name }: LocalFile): Item => ({
  key: PREFIXES.enroll + name,
  name,
  read: () => contentOf(path),
});

export const photoItems = (files: readonly LocalFile[]) => files.map(photoItem);
export const portraitItems = (files: readonly LocalFile[]) => files.map(portraitItem);

/**
 * A photo that was looked at stays as it is, unless somebody was enrolled after that and may be one of its
 * unknown faces.
 */
export async function photosOf(target: Target): Promise<Kind<PhotoRecord>> {
  const newest = (await enrolments(target, 'ENROLLED')).at(-1);
  return {
    plural: 'photos',
    rows: photosByKey,
    stands: ({ status, face_count, matched_count, claimed_at }) => {
      if (status === 'FAILED') return false;
      const stranger = (face_count ?? 0) > (matched_count ?? 0);
      return !stranger || !newest || new Date(newest.timestamp) < new Date(claimed_at);
    },
  };
}

export const PORTRAITS: Kind<EnrolmentRecord> = {
  plural: 'portraits',
  rows: enrolmentsByKey,
  stands: ({ status }) => status !== 'FAILED',
};
