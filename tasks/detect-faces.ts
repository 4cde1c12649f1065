import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DetectedFace } from '../schemas/faces.ts';
import { detectionKeyOf, searchKeyOf } from '../schemas/keys.ts';
import type { Lane } from '../schemas/pacing.ts';
import type { Photo } from '../schemas/payloads.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { detectFaces, facesForStates, rememberedDetection } from './faces/detect.ts';
import { shorterSide } from './images/boxes.ts';
import type { Reservations } from './pacing/meter.ts';
import { clock, meterOf } from './pacing/services.ts';
import { waitFor, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { count } from './runtime/metrics.ts';
import { etagOf } from './storage/objects.ts';

interface Services extends Clock {
  readonly rekognition: RekognitionClient;
  readonly s3: S3Client;
  readonly searchMeter: Reservations;
  readonly minPixels: number;
}

/**
 * Finds every face with one paid call, and reserves a slot for each search. The whole answer stays in `work/`; a short
 * description of each face goes on.
 */
export async function run(
  { photo, detect_at }: Input<'detect-faces'>,
  services: Services,
): Promise<Output<'detect-faces'>> {
  const { picture, work_prefix } = photo;
  const remembered = await rememberedDetection(services.s3, picture, work_prefix);
  const found = facesForStates(remembered ?? (await detectFaces(services, picture, work_prefix, detect_at)));
  count('FacesDetected', found.length);
  const large = found.filter(({ bounding_box }) => shorterSide(bounding_box, picture) >= services.minPixels);
  // Only where this version was worked on before can there be answers to searches.
  const unknown = remembered ? await withoutAnswer(large, photo, services.s3) : large;
  const faces = await reserveSearches(found, unknown, photo.lane, services.searchMeter);
  const first = faces.find(({ search_at }) => search_at !== undefined)?.search_at;
  return {
    faces,
    count: faces.length,
    details_key: detectionKeyOf(work_prefix),
    ...(first === undefined ? {} : waitFor(first, services)),
  };
}

async function withoutAnswer(faces: readonly DetectedFace[], { bucket, work_prefix }: Photo, s3: S3Client) {
  const answers = await Promise.all(faces.map(({ index }) => etagOf(s3, bucket, searchKeyOf(work_prefix, index))));
  return faces.filter((_, at) => answers[at] === undefined);
}

/** Gives a slot to each of the faces that are to be searched. */
async function reserveSearches(
  faces: readonly DetectedFace[],
  toSearch: readonly DetectedFace[],
  lane: Lane,
  meter: Reservations,
): Promise<DetectedFace[]> {
  if (toSearch.length === 0) return [...faces];
  const slots = await meter.reserve(toSearch.length, lane);
  const slotOf = new Map(toSearch.map(({ index }, at) => [index, slots[at]]));
  return faces.map((face) => {
    const search_at = slotOf.get(face.index);
    return search_at === undefined ? face : { ...face, search_at };
  });
}

export const handler = defineTask({
  name: 'detect-faces',
  services: () => ({
    rekognition: rekognitionClient(),
    s3: s3Client(),
    searchMeter: meterOf('SearchFacesByImage', dynamoDbClient()),
    minPixels: env('MIN_FACE_PIXELS'),
    ...clock(),
  }),
  run,
  describe: ({ photo }, output) => ({ execution: photo.execution_arn, work: photo.work_prefix, faces: output?.count }),
});
