import type { S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { faceRecordOf, FIRST_DRAWN_FACE } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { attributeNamesIn, conditionHeld, type RowAddress } from './conditional-updates.ts';
import { removeObject } from './objects.ts';
import { readRows } from './queries.ts';

export const photoRow = (tableName: string, imageId: string): RowAddress => ({
  tableName,
  key: { image_id: imageId, record: 'photo' },
});

export const faceRow = (tableName: string, imageId: string, index: number): RowAddress => ({
  tableName,
  key: { image_id: imageId, record: faceRecordOf(index) },
});

/** The faces of one photo by index, including those of older versions. */
export async function readFaces(
  dynamoDb: DynamoDBDocumentClient,
  tableName: string,
  imageId: string,
): Promise<FaceRecord[]> {
  const rows = await readRows(dynamoDb, {
    TableName: tableName,
    KeyConditionExpression: 'image_id = :image_id AND begins_with(#record, :face)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':image_id': imageId, ':face': 'face#' },
    ConsistentRead: true,
  });
  return rows.map((row) => parse(FaceRecord, row, `face record of ${imageId}`));
}

interface FaceStore {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
}

/**
 * Removes faces as they were read: a face that a newer version has replaced in the meantime stays. The crop is removed
 * first, because without its row nobody would find it again.
 */
export async function removeFaces(
  { s3, dynamoDb, resultsTable }: FaceStore,
  bucket: string,
  faces: readonly FaceRecord[],
): Promise<void> {
  const condition = '#sequencer = :sequencer';
  for (const { image_id, record, sequencer, crop_key, face_index } of faces) {
    // The versions of a photo share the crop of a face that was drawn by hand.
    if (crop_key !== undefined && face_index < FIRST_DRAWN_FACE) await removeObject(s3, bucket, crop_key);
    // False if somebody else removed or replaced it, which is fine.
    await conditionHeld(
      dynamoDb.send(
        new DeleteCommand({
          TableName: resultsTable,
          Key: { image_id, record },
          ConditionExpression: condition,
          ExpressionAttributeNames: attributeNamesIn(condition),
          ExpressionAttributeValues: { ':sequencer': sequencer },
        }),
      ),
    );
  }
}
