import type { FaceDetail } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { percent } from '../../schemas/faces.ts';
import { FaceOutcome, PhotoOutcome, Rejection } from '../../schemas/outcomes.ts';
import type { UploadedObject } from '../../schemas/payloads.ts';
import { Processed, type ProcessedFace } from '../../schemas/processed.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { s3Client } from '../runtime/clients.ts';
import { parse } from '../runtime/define-task.ts';
import { dynamoDbClient } from '../runtime/dynamodb-client.ts';
import { env } from '../runtime/environment.ts';
import { finishClaim, ownsClaim } from './claims.ts';
import { etagOf, replaceObject } from './objects.ts';
import { photoRow } from './result-rows.ts';

export interface ResultServices {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly pipelineVersion: string;
  readonly now: () => Date;
}

/** Created once per container from the environment. */
export const resultServices = (): ResultServices => ({
  s3: s3Client(),
  dynamoDb: dynamoDbClient(),
  resultsTable: env('RESULTS_TABLE'),
  pipelineVersion: env('PIPELINE_VERSION'),
  now: () => new Date(),
});

export const addressOf = ({ bucket, key, version_id, etag, size, timestamp }: UploadedObject) => ({
  bucket,
  key,
  ...(version_id === undefined ? {} : { version_id }),
  etag,
  size,
  timestamp,
});

/** Joins what the row knows of a face with what only the whole detection knows. */
export function processedFace(record: FaceRecord, detail: FaceDetail): ProcessedFace {
  const { Landmarks = [], Pose = {}, Quality = {}, AgeRange, Gender } = detail;
  return defined({
    index: record.face_index,
    ...FaceOutcome.parse(record),
    landmarks: Landmarks.map(({ Type = 'unknown', X = 0, Y = 0 }) => ({ type: Type, x: X, y: Y })),
    pose: defined({ roll: Pose.Roll, yaw: Pose.Yaw, pitch: Pose.Pitch }),
    quality: defined({ brightness: Quality.Brightness, sharpness: Quality.Sharpness }),
    age_range: AgeRange && { low: AgeRange.Low, high: AgeRange.High },
    gender: Gender && { value: Gender.Value, confidence: percent(Gender.Confidence) },
  }) as ProcessedFace;
}

const defined = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/**
 * Writes the JSON file and then, last of all, the photo's final status. Returns false, and writes no status, if a newer
 * version has taken the photo over. The caller has read the file's ETag, `seen`, and checked the claim after that.
 */
export async function publish(
  services: ResultServices,
  options: {
    readonly object: UploadedObject;
    readonly key: string;
    readonly seen: string | undefined;
    readonly processed: Processed;
    readonly matched?: number;
  },
): Promise<boolean> {
  const { dynamoDb, resultsTable, s3 } = services;
  const { object, key, processed, matched } = options;
  const row = photoRow(resultsTable, processed.image_id);
  const body = `${JSON.stringify(parse(Processed, processed, `processed JSON of ${processed.image_id}`))}\n`;
  let { seen } = options;
  while (!(await replaceObject(s3, { bucket: object.bucket, key, body, seen }))) {
    // Another execution wrote in between: check again, because the owner of the photo has the last word.
    seen = await etagOf(s3, object.bucket, key);
    if (!(await ownsClaim(dynamoDb, row, object))) return false;
  }
  return finishClaim(dynamoDb, row, object, {
    status: processed.status,
    ...Rejection.parse(processed),
    ...PhotoOutcome.parse(processed),
    processed_key: key,
    face_count: processed.status === 'REJECTED' ? undefined : processed.faces.length,
    matched_count: matched,
  });
}
