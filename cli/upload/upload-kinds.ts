import { dirname } from 'node:path/posix';
import { readEnrolments, readEnrolmentsByKey, readPhotos } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { printable } from '../../client/text.ts';
import { ENROLMENT_METADATA, YES } from '../../schemas/enrolment-options.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { readContent, type LocalFile } from './files.ts';
import type { UploadItem, UploadKind } from './upload-and-wait.ts';

const photoItem = ({ path, name }: LocalFile): UploadItem => ({
  key: PREFIXES.input + name,
  name,
  read: () => readContent(path),
});

export const photoItems = (files: readonly LocalFile[]) => files.map(photoItem);

/** What the user says of all portraits: enrol them although they look like others, or the largest of several faces. */
export type EnrolmentOptions = Partial<Readonly<Record<keyof typeof ENROLMENT_METADATA, boolean>>>;

export function portraitItems(files: readonly LocalFile[], options: EnrolmentOptions = {}): UploadItem[] {
  const said = Object.entries(ENROLMENT_METADATA).filter(([option]) => options[option as keyof EnrolmentOptions]);
  const metadata = Object.fromEntries(said.map(([, name]) => [name, YES]));
  return files.map(({ path, name }) => ({
    key: PREFIXES.enroll + name,
    name,
    metadata,
    read: () => readContent(path),
  }));
}

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

/**
 * With options, what was refused without them may be enrolled now. A photo that is in the same folder already, under
 * another name, is refused: it says nothing new about the face.
 */
export async function portraitUploads(
  target: Target,
  { force, largest }: EnrolmentOptions,
): Promise<UploadKind<EnrolmentRecord>> {
  const enrolled = new Map<string, string>();
  const pictureOf = (key: string, etag: string) => `${dirname(key)} ${etag}`;
  for (const { key, etag } of await readEnrolments(target, 'ENROLLED')) enrolled.set(pictureOf(key, etag), key);
  return {
    ...PORTRAIT_UPLOADS,
    ...((force || largest) && { isReusable: ({ status }) => status === 'ENROLLED' }),
    refuses: (key, { md5 }) => {
      const picture = pictureOf(key, md5);
      const other = enrolled.get(picture) ?? key;
      enrolled.set(picture, other);
      return other === key ? undefined : `It is the same photo as ${printable(other)}. Choose another one.`;
    },
  };
}
