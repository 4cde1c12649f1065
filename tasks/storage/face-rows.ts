import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CroppedFace, FaceSearch } from '../../schemas/faces.ts';
import type { Photo } from '../../schemas/payloads.ts';
import { FaceRecord, PersonRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { attributeNamesIn, conditionHeld, readRow } from './conditional-updates.ts';
import { faceRow } from './result-rows.ts';

export interface FaceTables {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
}

/** The row of a face, also that of another version. */
export async function readFace(
  { dynamoDb, resultsTable }: FaceTables,
  imageId: string,
  index: number,
): Promise<FaceRecord | undefined> {
  const row = await readRow(dynamoDb, faceRow(resultsTable, imageId, index));
  return row && parse(FaceRecord, row, `record of face ${index}`);
}

/**
 * Whether the row holds the answer to the search of this version's face. What was propagated from another photo is no
 * answer.
 */
export const remembers = (row: FaceRecord, { sequencer }: Pick<Photo, 'sequencer'>): boolean =>
  row.sequencer === sequencer && row.source !== 'propagated';

export interface Written {
  /** False if a newer version has the row, or a person decided by hand. */
  readonly written: boolean;
  /** The crop of the row that was replaced. */
  readonly replacedCrop?: string | undefined;
}

/** Replaces the row of an older version or of an earlier attempt. */
export async function writeFace({ dynamoDb, resultsTable }: FaceTables, record: FaceRecord): Promise<Written> {
  // What a person decided by hand for this version survives every re-run.
  const condition =
    'attribute_not_exists(#sequencer) OR #sequencer < :sequencer OR (#sequencer = :sequencer AND #source <> :manual)';
  const put = new PutCommand({
    TableName: resultsTable,
    Item: record,
    ConditionExpression: condition,
    ExpressionAttributeNames: attributeNamesIn(condition),
    ExpressionAttributeValues: { ':sequencer': record.sequencer, ':manual': 'manual' },
    ReturnValues: 'ALL_OLD',
  });
  let replacedCrop: string | undefined;
  const written = await conditionHeld(
    dynamoDb.send(put).then(({ Attributes }) => {
      replacedCrop = Attributes?.['crop_key'] as string | undefined;
    }),
  );
  return { written, replacedCrop };
}

/** The row of a face that was searched, without the name of its person: see withName. */
export function recordOf(
  { photo, face, search }: { readonly photo: Photo; readonly face: CroppedFace; readonly search: FaceSearch },
  { resultsTable }: FaceTables,
): FaceRecord {
  const { key } = faceRow(resultsTable, photo.image_id, face.index);
  const { status, reason, best, runner_up, model_version } = search;
  const record = {
    ...key,
    face_index: face.index,
    timestamp: photo.timestamp,
    sequencer: photo.sequencer,
    etag: photo.etag,
    execution_arn: photo.execution_arn,
    status,
    reason,
    source: 'machine',
    confidence: face.confidence,
    bounding_box: face.bounding_box,
    emotions: face.emotions,
    crop_key: face.crop_key,
    ...(status === 'MATCHED' && best ? best : {}),
    ...(status === 'UNKNOWN' && best ? { candidate: best } : {}),
    ...(runner_up ? { runner_up } : {}),
    ...(model_version === undefined ? {} : { model_version }),
  };
  return parse(FaceRecord, record, `record of face ${face.index}`);
}

/** Falls back to the id if the person's row does not exist yet or any more. */
export async function withName(record: FaceRecord, { dynamoDb, peopleTable }: FaceTables): Promise<FaceRecord> {
  const { person_id, person } = record;
  if (person_id === undefined || person !== undefined) return record;
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: peopleTable, Key: { person_id, record: 'person' } }),
  );
  return { ...record, person: Item ? parse(PersonRecord, Item, `record of person ${person_id}`).name : person_id };
}
