import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { tooManyBytes } from './errors.ts';
import { MAX_S3_BYTES, type ReadObject } from './pictures.ts';

/** Reads objects from AWS_ENDPOINT_URL_S3. One that is too large is refused before it is read. */
export function s3Reader(client = new S3Client({ forcePathStyle: true })): ReadObject {
  return async (Bucket, Key, VersionId) => {
    const { Body, ContentLength = 0 } = await client.send(
      new GetObjectCommand({ Bucket, Key, ...(VersionId !== undefined && { VersionId }) }),
    );
    if (ContentLength > MAX_S3_BYTES) {
      (Body as Readable).destroy();
      throw tooManyBytes(ContentLength, MAX_S3_BYTES);
    }
    return Buffer.from(await Body!.transformToByteArray());
  };
}
