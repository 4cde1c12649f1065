import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { vectorIdOf } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { indexKey } from '../../schemas/tables.ts';
import { parse } from '../runtime/define-task.ts';
import { eachRow } from '../storage/queries.ts';

export interface UnknownFaceReader {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
}

export type FaceWithCrop = FaceRecord & { readonly crop_key: string };

/** The faces that nobody is named for, by the ids of their vectors, the oldest first. Without a crop none can be had. */
export async function readUnknownFaces({
  dynamoDb,
  resultsTable,
}: UnknownFaceReader): Promise<Map<string, FaceWithCrop>> {
  const query = {
    TableName: resultsTable,
    IndexName: 'by-status',
    KeyConditionExpression: '#status = :status',
    ExpressionAttributeNames: { '#status': indexKey('results', 'by-status') },
    ExpressionAttributeValues: { ':status': 'UNKNOWN' },
  };
  const faces = new Map<string, FaceWithCrop>();
  for await (const row of eachRow(dynamoDb, query)) {
    const face = parse(FaceRecord, row, 'record of a face');
    if (hasCrop(face)) faces.set(vectorIdOf(face.crop_key), face);
  }
  return faces;
}

export const hasCrop = (face: FaceRecord): face is FaceWithCrop => face.crop_key !== undefined;
