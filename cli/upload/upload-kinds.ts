import { PREFIXES } from '../../schemas/keys.ts';
import type { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { readEnrolments, readEnrolmentsByKey, readPhotos } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { readContent, type LocalFile } from './files.ts';
import type { UploadItem, UploadKind } from './upload-and-wait.ts';

const photoItem = ({ path, name }: LocalFile): UploadItem => ({
  key: PREFIXES.input + name,
  name,
  read: () => readContent(path),
});
const portraitItem = ({ path, name }: LocalFile): UploadItem => ({
  key: PREFIXES.enroll + name,
  name,
  read: () => readContent(path),
});

export const photoItems = (files: readonly LocalFile[]) => files.map(photoItem);
export const portraitItems = (files: readonly LocalFile[]) => files.map(portraitItem);

/**
 * A processed photo can be used again, unless somebody was enrolled since then who may be one of its unknown faces.
 */
export async function photoUploads(target: Target): Promise<UploadKind<PhotoRecord>> {
  const newest = (await readEnrolments(target, 'ENROLLED')).at(-1);
  return {
    plural: 'photos',
    readRows: readPhotos,
    isReusable: ({ status, face_count, matched_count, claimed_at }) => {
      if (status === 'FAILED') return false;
      const stranger = (face_count ?? 0) > (matched_count ?? 0);
      return !stranger || !newest || new Date(newest.timestamp) < new Date(claimed_at);
    },
  };
}

export const PORTRAIT_UPLOADS: UploadKind<EnrolmentRecord> = {
  plural: 'portraits',
  readRows: readEnrolmentsByKey,
  isReusable: ({ status }) => status !== 'FAILED',
};
