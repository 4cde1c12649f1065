import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ReadObject } from './pictures.ts';

/** Reads objects from where AWS_ENDPOINT_URL_S3 points. */
export function s3Reader(client = new S3Client({ forcePathStyle: true })): ReadObject {
  return async (Bucket, Key, VersionId) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
    return Buffer.from(await Body!.transformToByteArray());
  };
}
