import type { S3Client } from '@aws-sdk/client-s3';
import type { Decision } from '../../schemas/decisions.ts';
import { Processed } from '../../schemas/processed.ts';
import { PhotoRecord, type FaceRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { conditionalUpdate, readRow, updateConditionally } from '../storage/conditional-updates.ts';
import { etagOf, readJson, replaceObject } from '../storage/objects.ts';
import { processedFace } from '../storage/processed-json.ts';
import { photoRow, readFaces } from '../storage/result-rows.ts';
import { cropDrawnFaces, removeUndoneFaces } from './drawn-crops.ts';
import { readLedger } from './ledger.ts';
import { deriveRows, type DecisionServices } from './rows.ts';

export type PhotoServices = DecisionServices & { readonly s3: S3Client };

/**
 * `UNDER_WAY`: somebody else wrote at the same time, so it has to be derived again. `SKIPPED`: the photo is gone or has
 * no result; if it is processed again, its execution reads the ledger.
 */
export type Derived =
  | { readonly outcome: 'UNDER_WAY' | 'SKIPPED' }
  | {
      readonly outcome: 'DERIVED';
      readonly photo: PhotoRecord;
      readonly faces: readonly FaceRecord[];
      readonly ledger: readonly Decision[];
    };

const UNDER_WAY = { outcome: 'UNDER_WAY' } as const;

/**
 * Brings rows, crops and JSON of a photo in line with the ledger. The JSON is replaced only if it is still the one that
 * was seen before the ledger was read, so whoever reads an older ledger never has the last word.
 */
export async function derivePhoto(imageId: string, services: PhotoServices): Promise<Derived> {
  const { s3, dynamoDb, resultsTable, decisionsTable } = services;
  const row = await readRow(dynamoDb, photoRow(resultsTable, imageId));
  const photo = row && parse(PhotoRecord, row, `record of ${imageId}`);
  if (photo?.status === 'PROCESSING') return UNDER_WAY;
  if (photo?.status !== 'COMPLETED' && photo?.status !== 'NO_FACES') return { outcome: 'SKIPPED' };
  const { bucket, processed_key: key = '', sha256 = '' } = photo;

  const seen = await etagOf(s3, bucket, key);
  const [json, ledger, records] = await Promise.all([
    readJson(s3, { bucket, key }, Processed),
    readLedger(dynamoDb, decisionsTable, sha256),
    readFaces(dynamoDb, resultsTable, imageId),
  ]);
  if (json && json.etag !== photo.etag) return UNDER_WAY;
  const before = records.filter(({ sequencer }) => sequencer === photo.sequencer);
  const faces = await deriveRows(services, photo, before, ledger);
  await cropDrawnFaces(services, photo, faces);
  await removeUndoneFaces(services, bucket, before, faces);
  if (json) {
    const body = `${JSON.stringify(parse(Processed, withFaces(json, faces), `processed JSON of ${imageId}`))}\n`;
    if (!(await replaceObject(s3, { bucket, key, body, seen }))) return UNDER_WAY;
  }
  return (await updatePhoto(photo, faces, services)) ? { outcome: 'DERIVED', photo, faces, ledger } : UNDER_WAY;
}

const statusOf = (faces: readonly FaceRecord[]) => (faces.length === 0 ? 'NO_FACES' : 'COMPLETED');

/** What only the detection told of a face is taken over from the JSON, because `work/` expires. */
function withFaces(json: Processed, faces: readonly FaceRecord[]): Processed {
  const before = new Map(json.faces.map((face) => [face.index, face]));
  return {
    ...json,
    status: statusOf(faces),
    faces: faces.map((face) => {
      const { landmarks = [], pose = {}, quality = {}, age_range, gender } = before.get(face.face_index) ?? {};
      const detail = { landmarks, pose, quality, ...(age_range ? { age_range } : {}), ...(gender ? { gender } : {}) };
      return { ...processedFace(face, {}), ...detail };
    }),
  };
}

function updatePhoto(photo: PhotoRecord, faces: readonly FaceRecord[], services: PhotoServices): Promise<boolean> {
  const { dynamoDb, resultsTable } = services;
  return updateConditionally(
    dynamoDb,
    conditionalUpdate(photoRow(resultsTable, photo.image_id), {
      set: {
        status: statusOf(faces),
        face_count: faces.length,
        matched_count: faces.filter(({ status }) => status === 'MATCHED').length,
      },
      condition: '#sequencer = :sequencer AND #status <> :processing',
      values: { sequencer: photo.sequencer, processing: 'PROCESSING' },
    }),
  );
}
