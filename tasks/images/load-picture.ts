import type { S3Client } from '@aws-sdk/client-s3';
import { pictureKeyOf } from '../../schemas/keys.ts';
import type { Picture, UploadedObject } from '../../schemas/payloads.ts';
import { ImageError, nameOf } from '../runtime/errors.ts';
import { readObject, writeObject } from '../storage/objects.ts';
import { checkSize, normalize } from './normalize.ts';

/**
 * Consoles create empty objects with keys that end in a slash to show folders. An event pattern cannot exclude them.
 */
export const isFolderMarker = ({ key, size }: UploadedObject) => key.endsWith('/') && size === 0;

/** Reads the uploaded object and returns the address of an upright picture: the object itself, or a copy in `work/`. */
export async function loadPicture(s3: S3Client, object: UploadedObject, workPrefix: string): Promise<Picture> {
  checkSize(object.size);
  const { copy, ...facts } = await normalize(await readUploaded(s3, object));
  if (!copy) {
    return { bucket: object.bucket, key: object.key, ...version(object), ...facts };
  }
  const key = pictureKeyOf(workPrefix);
  await writeObject(s3, object.bucket, key, copy, 'image/jpeg');
  return { bucket: object.bucket, key, ...facts };
}

const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'PreconditionFailed']);

async function readUploaded(s3: S3Client, object: UploadedObject): Promise<Buffer> {
  try {
    // Without a version, only the ETag tells whether this is still the object of the event.
    return await readObject(s3, object, object.version_id === undefined ? object.etag : undefined);
  } catch (error) {
    if (!GONE.has(nameOf(error) ?? '')) throw error;
    throw new ImageError('ImageGone', 'The object was deleted or replaced before it was read. Upload it again.', {
      cause: error,
    });
  }
}

const version = ({ version_id }: UploadedObject) => (version_id === undefined ? {} : { version_id });
