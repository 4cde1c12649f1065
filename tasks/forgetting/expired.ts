import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FaceStatus } from '../../schemas/faces.ts';
import type { Processed, ProcessedFace } from '../../schemas/processed.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { attributeNamesIn, conditionHeld } from '../storage/conditional-updates.ts';

/** Faces that nobody is named for. */
export const NAMELESS: readonly FaceStatus[] = ['UNKNOWN', 'UNSEARCHABLE', 'STRANGER', 'NOT_A_FACE'];

const EXPIRED = { status: 'UNKNOWN', reason: 'FACE_EXPIRED' } as const;

export const isExpired = ({ proposal, crop_key }: FaceRecord): boolean =>
  proposal?.reason === EXPIRED.reason && crop_key === undefined;

export const isNameless = ({ status, timestamp }: FaceRecord, before: string): boolean =>
  NAMELESS.includes(status) && timestamp < before;

/** What stays of a face: where it is, and what was decided by hand. Derived again, it stays like this. */
export function expiredRow(face: FaceRecord): FaceRecord {
  const { image_id, record, face_index, timestamp, sequencer, etag, execution_arn, confidence, bounding_box } = face;
  const address = { image_id, record, face_index, timestamp, sequencer, etag, execution_arn };
  const decided = face.status === 'STRANGER' || face.status === 'NOT_A_FACE';
  const outcome = decided ? { status: face.status, reason: face.reason, source: face.source } : NOBODY;
  return { ...address, confidence, bounding_box, emotions: [], ...outcome, proposal: EXPIRED };
}

const NOBODY = { ...EXPIRED, source: 'machine' } as const;

/** The same for the photo's JSON. */
export function withoutExpired(json: Processed, expired: ReadonlyMap<number, FaceRecord>): Processed {
  const faces = json.faces.map((face): ProcessedFace => {
    const row = expired.get(face.index);
    if (!row) return face;
    const { status, reason, source, confidence, bounding_box, emotions } = row;
    const outcome = { status, reason, source, confidence, bounding_box, emotions };
    return { index: face.index, ...outcome, landmarks: [], pose: {}, quality: {} };
  });
  return { ...json, faces };
}

/** Replaces a face as it was read. One that somebody has changed meanwhile is left for the next time. */
export function putExpired(
  { dynamoDb, resultsTable }: { readonly dynamoDb: DynamoDBDocumentClient; readonly resultsTable: string },
  face: FaceRecord,
): Promise<boolean> {
  const condition = '#sequencer = :sequencer AND #status = :status';
  return conditionHeld(
    dynamoDb.send(
      new PutCommand({
        TableName: resultsTable,
        Item: expiredRow(face),
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
        ExpressionAttributeValues: { ':sequencer': face.sequencer, ':status': face.status },
      }),
    ),
  );
}
