import type { S3Client } from '@aws-sdk/client-s3';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { cropFolderOf, PREFIXES, processedKeyOf, workPrefixOfObject } from '../../schemas/keys.ts';
import { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { s3Client } from '../runtime/clients.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import { parse } from '../runtime/define-task.ts';
import { dynamoDbClient } from '../runtime/dynamodb-client.ts';
import { env } from '../runtime/environment.ts';
import {
  attributeNamesIn,
  conditionalUpdate,
  conditionHeld,
  updateConditionally,
} from '../storage/conditional-updates.ts';
import { photoRow } from '../storage/result-rows.ts';
import { readPartition } from './index-pages.ts';
import { deleteIf } from './tombstones.ts';
import type { Tally } from './turn.ts';
import { removeAllVersions } from './versions.ts';
import { faceWithout, mentions, showed } from './without-people.ts';

export interface PhotoStore {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
}

export const photoStore = (): PhotoStore => ({
  s3: s3Client(),
  bucket: env('BUCKET'),
  dynamoDb: dynamoDbClient(),
  resultsTable: env('RESULTS_TABLE'),
});

interface PhotoRows {
  readonly photo: PhotoRecord | undefined;
  readonly faces: readonly FaceRecord[];
}

export async function readPhoto({ dynamoDb, resultsTable }: PhotoStore, imageId: string): Promise<PhotoRows> {
  const rows = await readPartition(dynamoDb, resultsTable, 'image_id', imageId);
  const photo = rows.find(({ record }) => record === 'photo');
  return {
    photo: photo && parse(PhotoRecord, photo, `record of ${imageId}`),
    faces: rows
      .filter(({ record }) => String(record).startsWith('face#'))
      .map((row) => parse(FaceRecord, row, `face record of ${imageId}`)),
  };
}

/** Takes these people out of the rows of a photo. Its JSON follows with the other objects. */
export async function forgetInRows(
  store: PhotoStore,
  { photo, faces }: PhotoRows,
  people: ReadonlySet<string>,
  tally: Tally,
): Promise<void> {
  // First: once no face tells of them, nobody would come back to the photo.
  const others = faces.filter((face) => !showed(face, people));
  if (photo) await countMatched(store, photo, others);
  for (const face of faces) {
    if (!mentions(JSON.stringify(face), people)) continue;
    const without = faceWithout(face, people);
    const wasMatched = showed(face, people);
    // First: without its row nobody would find the crop again.
    if (wasMatched && face.crop_key !== undefined) {
      tally.add('crops', await removeAllVersions(store.s3, store.bucket, face.crop_key));
    }
    if (await replaceFace(store, without)) tally.add(wasMatched ? 'faces' : 'candidates', 1);
  }
}

/** A face that a newer version has replaced in the meantime is left for the next round. */
function replaceFace({ dynamoDb, resultsTable }: PhotoStore, face: FaceRecord): Promise<boolean> {
  const condition = '#sequencer = :sequencer AND #execution_arn = :execution_arn';
  return conditionHeld(
    dynamoDb.send(
      new PutCommand({
        TableName: resultsTable,
        Item: face,
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
        ExpressionAttributeValues: { ':sequencer': face.sequencer, ':execution_arn': face.execution_arn },
      }),
    ),
  );
}

async function countMatched(
  store: PhotoStore,
  { image_id, sequencer, matched_count }: PhotoRecord,
  faces: readonly FaceRecord[],
): Promise<void> {
  if (matched_count === undefined) return;
  const matched = faces.filter((face) => face.sequencer === sequencer && face.status === 'MATCHED').length;
  if (matched === matched_count) return;
  await updateConditionally(
    store.dynamoDb,
    conditionalUpdate(photoRow(store.resultsTable, image_id), {
      set: { matched_count: matched },
      condition: '#sequencer = :sequencer AND attribute_exists(#matched_count)',
      values: { sequencer },
    }),
  );
}

/** Removes a photo with all its versions and all that was made of it. The rows come last: they tell of the rest. */
export async function removePhoto(
  store: PhotoStore,
  imageId: string,
  { photo, faces }: PhotoRows,
  tally: Tally,
): Promise<void> {
  const key = photo?.key ?? PREFIXES.input + imageId;
  const remove = (prefix: string) => removeAllVersions(store.s3, store.bucket, prefix, exactly(prefix));
  await remove(key);
  tally.add('crops', await removeAllVersions(store.s3, store.bucket, cropFolderOf(key)));
  tally.add('work_files', await removeAllVersions(store.s3, store.bucket, workPrefixOfObject(key)));
  await remove(processedKeyOf(imageId));
  const { dynamoDb, resultsTable: tableName } = store;
  await mapConcurrently(faces, 10, ({ image_id, record, sequencer }) =>
    deleteIf(dynamoDb, { tableName, key: { image_id, record } }, { sequencer }),
  );
  if (photo) await deleteIf(dynamoDb, photoRow(tableName, imageId), { sequencer: photo.sequencer });
  tally.add('photos', 1);
}

/** S3 lists by prefix: `a.jpg` would find `a.jpg.png` as well. */
const exactly = (key: string) => (found: string) => found === key;
