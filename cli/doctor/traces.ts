import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { imageIdOf, processedKeyOf, workPrefixOfObject } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';

/** Removes a photo of nobody and everything that was made of it. */
export async function removeTraces(target: Target, key: string): Promise<void> {
  const image_id = imageIdOf(key);
  for (const prefix of [key, processedKeyOf(image_id), workPrefixOfObject(key)]) await removeVersions(target, prefix);
  const { dynamoDb, deployment } = target;
  await dynamoDb.send(new DeleteCommand({ TableName: deployment.results_table, Key: { image_id, record: 'photo' } }));
}

/** A key with a random id is no prefix of another key. */
async function removeVersions({ s3, deployment }: Target, prefix: string): Promise<void> {
  const Bucket = deployment.bucket;
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: prefix }),
  );
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
}
