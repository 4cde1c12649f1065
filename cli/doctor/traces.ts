import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Target } from '../../client/deployment/target.ts';
import { imageIdOf, processedKeyOf, sharedDetectionKeyOf, workPrefixOfObject } from '../../schemas/keys.ts';

/**
 * Removes a photo of nobody and everything that was made of it. With the detection of its bytes left behind, the next
 * probe would not reach Rekognition.
 */
export async function removeTraces(target: Target, key: string, sha256: string): Promise<void> {
  const image_id = imageIdOf(key);
  const prefixes = [key, processedKeyOf(image_id), workPrefixOfObject(key), sharedDetectionKeyOf(sha256)];
  for (const prefix of prefixes) await removeVersions(target, prefix);
  const { dynamoDb, deployment } = target;
  await dynamoDb.send(new DeleteCommand({ TableName: deployment.results_table, Key: { image_id, record: 'photo' } }));
}

/** A key with a random id or a hash is no prefix of another key. */
async function removeVersions({ s3, deployment }: Target, prefix: string): Promise<void> {
  const Bucket = deployment.bucket;
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: prefix }),
  );
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
}
