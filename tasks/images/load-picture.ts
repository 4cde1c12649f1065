import type { S3Client } from '@aws-sdk/client-s3';
import { pictureKeyOf, PREFIXES } from '../../schemas/keys.ts';
import { Lane, LANE_METADATA } from '../../schemas/pacing.ts';
import type { Picture, UploadedObject } from '../../schemas/payloads.ts';
import { ImageError, nameOf } from '../runtime/errors.ts';
import { readStored, readTags, writeObject } from '../storage/objects.ts';
import { checkSize, normalize } from './normalize.ts';

/**
 * Consoles create empty objects with keys that end in a slash to show folders. An event pattern cannot exclude them.
 */
export const isFolderMarker = ({ key, size }: UploadedObject) => key.endsWith('/') && size === 0;

export interface LoadedPicture {
  /** An upright picture: the object itself, or a copy in `work/`. */
  readonly picture: Picture;
  /** As the object's metadata say. */
  readonly lane: Lane;
  /** Of the object. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PictureSource {
  readonly s3: S3Client;
  readonly recognitionOffPrefix: string;
}

/** Reads the uploaded object, and copies it if Rekognition does not take it as it is. */
export async function loadPicture(
  { s3, recognitionOffPrefix }: PictureSource,
  object: UploadedObject,
  workPrefix: string,
): Promise<LoadedPicture> {
  checkPrefix(object, recognitionOffPrefix);
  checkSize(object.size);
  const { bytes, metadata, tagged } = await readUploaded(s3, object);
  if (tagged) await checkTags(s3, object);
  const lane = Lane.catch('interactive').parse(metadata[LANE_METADATA]);
  const { copy, ...facts } = await normalize(bytes);
  if (!copy)
    return { picture: { bucket: object.bucket, key: object.key, ...version(object), ...facts }, lane, metadata };
  const key = pictureKeyOf(workPrefix);
  await writeObject(s3, object.bucket, key, copy, 'image/jpeg');
  return { picture: { bucket: object.bucket, key, ...facts }, lane, metadata };
}

/** Whoever uploads an object under this prefix wants nobody to be sought in it. */
function checkPrefix({ key }: UploadedObject, prefix: string): void {
  if (![PREFIXES.input, PREFIXES.enroll].some((uploads) => key.startsWith(uploads + prefix))) return;
  throw new ImageError(
    'RecognitionOff',
    `The key goes on with ${prefix}, so nothing was sought in the photo. Upload it elsewhere to change that.`,
  );
}

/** The same with the tag `recognition=off`. */
async function checkTags(s3: S3Client, object: UploadedObject): Promise<void> {
  if ((await readTags(s3, object)).get('recognition') !== 'off') return;
  throw new ImageError(
    'RecognitionOff',
    'The object has the tag recognition=off, so nothing was sought in it. Upload it without the tag to change that.',
  );
}

const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'PreconditionFailed']);

async function readUploaded(s3: S3Client, object: UploadedObject) {
  try {
    // Without a version, only the ETag tells whether this is still the object of the event.
    return await readStored(s3, object, object.version_id === undefined ? object.etag : undefined);
  } catch (error) {
    if (!GONE.has(nameOf(error) ?? '')) throw error;
    throw new ImageError('ImageGone', 'The object was deleted or replaced before it was read. Upload it again.', {
      cause: error,
    });
  }
}

const version = ({ version_id }: UploadedObject) => (version_id === undefined ? {} : { version_id });
