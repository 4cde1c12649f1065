import { IndexFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { IndexedUnknown, type GroupableFace } from '../schemas/grouping.ts';
import { indexedFaceKeyOf } from '../schemas/keys.ts';
import { FaceRecord, PhotoRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { overlap } from './faces/boxes.ts';
import { clamped } from './faces/detect.ts';
import { takeTurn } from './grouping/paid-turns.ts';
import { boxInCrop } from './images/padding.ts';
import type { Reservations } from './pacing/meter.ts';
import { clock, meterOf } from './pacing/services.ts';
import { arriveAt, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { nameOf } from './runtime/errors.ts';
import { countPaidCall } from './runtime/metrics.ts';
import { readRow } from './storage/conditional-updates.ts';
import { readJson, writeJson } from './storage/objects.ts';
import { faceRow, photoRow } from './storage/result-rows.ts';
import { removeVectors } from './storage/vectors.ts';

interface Services extends Clock {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly rekognition: RekognitionClient;
  readonly resultsTable: string;
  readonly unknownCollectionId: string;
  readonly indexMeter: Reservations;
}

/** Faces that do not pass are not grouped: poor ones are alike whoever they are. Measured by bench/grouping.ts. */
const QUALITY = 'MEDIUM';
/** As for a portrait: two boxes of one face cover nearly the same area. */
const SAME_FACE = 0.5;

/** Adds the crops of the next faces to the collection of unknown faces, each with one paid call. */
export async function run(input: Input<'index-unknown'>, services: Services): Promise<Output<'index-unknown'>> {
  const { bucket, run: id } = input;
  return takeTurn(input, services, {
    meter: services.indexMeter,
    callFor: async (face) => {
      if (face.face_id !== undefined) return undefined;
      const kept = await readJson(services.s3, { bucket, key: indexedFaceKeyOf(face.id) }, IndexedUnknown);
      // The vector that another run told of is gone, or it would be in the list.
      return kept && (kept.run === id || kept.refused) ? undefined : face;
    },
    pay: async (face, slot) => {
      await arriveAt(slot, services);
      const answer = { run: id, ...(await indexFace(face, bucket, services)) };
      await writeJson(services.s3, { bucket, key: indexedFaceKeyOf(face.id) }, answer);
    },
  });
}

type Indexed = Omit<IndexedUnknown, 'run'>;

const GONE: Indexed = { refused: false };
const REFUSED: Indexed = { refused: true };

async function indexFace(face: GroupableFace, bucket: string, services: Services): Promise<Indexed> {
  const { rekognition, unknownCollectionId } = services;
  const picture = await pictureOf(face, services);
  if (!picture || !(await isUnknown(face, services))) return GONE;
  const command = new IndexFacesCommand({
    CollectionId: unknownCollectionId,
    Image: { S3Object: { Bucket: bucket, Name: face.crop_key } },
    ExternalImageId: face.id,
    MaxFaces: 1,
    QualityFilter: QUALITY,
    DetectionAttributes: ['DEFAULT'],
  });
  const answer = await countPaidCall(rekognition.send(command)).catch(unlessCropIsGone);
  if (!answer) return GONE;
  const { FaceRecords: [{ Face = {} } = {}] = [] } = answer;
  if (Face.FaceId === undefined) return REFUSED;
  const isMeant = overlap(clamped(Face), boxInCrop(face.bounding_box, picture)) >= SAME_FACE;
  // Looked at again after the vector is there: whoever named or forgot the face meanwhile has not seen the vector.
  if (isMeant && (await isUnknown(face, services))) return { refused: false, face_id: Face.FaceId };
  await removeVectors(rekognition, unknownCollectionId, [Face.FaceId]);
  return isMeant ? GONE : REFUSED;
}

/** The crop was removed after the row was read. */
function unlessCropIsGone(error: unknown): undefined {
  if (nameOf(error) !== 'InvalidS3ObjectException') throw error;
}

/** The size of the photo's picture. Undefined if the photo was replaced or removed. */
async function pictureOf({ image_id, etag }: GroupableFace, { dynamoDb, resultsTable }: Services) {
  const row = await readRow(dynamoDb, photoRow(resultsTable, image_id));
  const photo = row && parse(PhotoRecord, row, `record of ${image_id}`);
  if (photo?.etag !== etag || photo.width === undefined || photo.height === undefined) return undefined;
  return { width: photo.width, height: photo.height };
}

async function isUnknown({ image_id, face_index, crop_key }: GroupableFace, { dynamoDb, resultsTable }: Services) {
  const row = await readRow(dynamoDb, faceRow(resultsTable, image_id, face_index));
  const face = row && parse(FaceRecord, row, `face ${face_index} of ${image_id}`);
  return face?.status === 'UNKNOWN' && face.crop_key === crop_key;
}

export const handler = defineTask({
  name: 'index-unknown',
  services: () => {
    const dynamoDb = dynamoDbClient();
    return {
      s3: s3Client(),
      dynamoDb,
      rekognition: rekognitionClient(),
      indexMeter: meterOf('IndexFaces', dynamoDb),
      resultsTable: env('RESULTS_TABLE'),
      unknownCollectionId: env('UNKNOWN_COLLECTION_ID'),
      ...clock(),
    };
  },
  run,
  describe: ({ run: id, from }, output) => ({ run: id, from, next: output?.next }),
});
