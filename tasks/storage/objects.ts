import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { nameOf } from '../runtime/errors.ts';

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string | undefined;
}

interface StoredObject {
  readonly bytes: Buffer;
  /** Whether it has tags. S3 says so to whoever may read them. */
  readonly tagged: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads an object version. Throws NoSuchKey or NoSuchVersion, and with `etag` PreconditionFailed for other content.
 */
export async function readStored(
  s3: S3Client,
  { bucket, key, version_id }: ObjectAddress,
  etag?: string,
): Promise<StoredObject> {
  const condition = etag === undefined ? {} : { IfMatch: `"${etag}"` };
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version_id, ...condition }));
  if (!answer.Body) throw new Error(`S3 answered without a body for ${key}.`);
  const bytes = Buffer.from(await answer.Body.transformToByteArray());
  return { bytes, metadata: answer.Metadata ?? {}, tagged: (answer.TagCount ?? 0) > 0 };
}

/** Reads the bytes of an object version. */
export const readObject = async (s3: S3Client, address: ObjectAddress): Promise<Buffer> =>
  (await readStored(s3, address)).bytes;

export async function writeObject(
  s3: S3Client,
  bucket: string,
  key: string,
  body: string | Buffer,
  contentType: string,
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
}

/** Reads JSON that an earlier attempt left in `work/`. Undefined if there is nothing. */
export async function readJson<T>(s3: S3Client, address: ObjectAddress, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse((await readObject(s3, address)).toString()));
  } catch (error) {
    if (nameOf(error) === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** Keeps a value as JSON in `work/`. */
export const writeJson = (s3: S3Client, { bucket, key }: ObjectAddress, value: unknown): Promise<void> =>
  writeObject(s3, bucket, key, JSON.stringify(value), 'application/json');

/** Computes a value and keeps it as JSON, or reads what an earlier attempt kept, so that nothing is paid for twice. */
export async function computeOnce<T>(
  s3: S3Client,
  address: ObjectAddress,
  schema: z.ZodType<T>,
  compute: () => Promise<T>,
): Promise<T> {
  const kept = await readJson(s3, address, schema);
  if (kept !== undefined) return kept;
  const value = await compute();
  await writeJson(s3, address, value);
  return value;
}

/** The current ETag of an object. Undefined if there is no object. */
export async function etagOf(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ETag;
  } catch (error) {
    if (nameOf(error) === 'NotFound') return undefined;
    throw error;
  }
}

/** How S3 refuses a conditional write. NoSuchKey: the object that was seen has been deleted. */
const CHANGED = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);

/** Replaces the object only if it is still the one that was seen. Returns false if somebody else wrote in between. */
export async function replaceObject(
  s3: S3Client,
  { bucket, key, body, seen }: { bucket: string; key: string; body: string; seen: string | undefined },
): Promise<boolean> {
  const condition = seen === undefined ? { IfNoneMatch: '*' } : { IfMatch: seen };
  try {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json', ...condition }),
    );
    return true;
  } catch (error) {
    if (CHANGED.has(nameOf(error) ?? '')) return false;
    throw error;
  }
}

/** The tags of an object version. */
export async function readTags(s3: S3Client, { bucket, key, version_id }: ObjectAddress): Promise<Map<string, string>> {
  const { TagSet = [] } = await s3.send(
    new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: version_id }),
  );
  return new Map(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Removes an object. It need not exist. */
export async function removeObject(s3: S3Client, bucket: string, key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}
