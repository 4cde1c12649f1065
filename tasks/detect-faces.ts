import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DetectedFace } from '../schemas/faces.ts';
import { detectionKeyOf, searchKeyOf } from '../schemas/keys.ts';
import type { Slot } from '../schemas/pacing.ts';
import type { Photo } from '../schemas/payloads.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { cropsIn, type Crops } from './faces/crops.ts';
import { detectFaces, facesForStates, keepDetection, rememberedDetection, type Detection } from './faces/detect.ts';
import { shorterSide } from './images/boxes.ts';
import type { Reservations, ReservationsOrLate } from './pacing/meter.ts';
import { clock, meterOf } from './pacing/services.ts';
import { keepOrReserve, waitFor, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { allOf } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { SlotError } from './runtime/errors.ts';
import { count } from './runtime/metrics.ts';
import { etagOf } from './storage/objects.ts';

interface Services extends Clock {
  readonly rekognition: RekognitionClient;
  readonly s3: S3Client;
  readonly detectMeter: ReservationsOrLate;
  readonly searchMeter: Reservations;
  readonly minPixels: number;
}

/**
 * Finds every face with one paid call, crops it into `faces/`, and reserves a slot for its search. The pixels are read
 * meanwhile. The whole answer stays in `work/`; a short description of each face goes on.
 */
export async function run(
  { photo, detect_at }: Input<'detect-faces'>,
  services: Services,
  crops: Crops = cropsIn(services.s3),
): Promise<Output<'detect-faces'>> {
  const detecting = detectOnce(photo, detect_at, services);
  // A paid answer is kept, whatever becomes of the pixels.
  const [found] = await allOf([cropAndReserve(photo, detecting, services, crops), keep(photo, detecting, services)]);
  return found;
}

interface Found {
  readonly detection: Detection;
  readonly remembered: boolean;
}

async function keep({ picture, work_prefix }: Photo, detecting: Promise<Found>, { s3 }: Services): Promise<void> {
  const { detection, remembered } = await detecting;
  if (!remembered) await keepDetection(s3, picture, work_prefix, detection);
}

async function cropAndReserve(
  photo: Photo,
  detecting: Promise<Found>,
  services: Services,
  crops: Crops,
): Promise<Output<'detect-faces'>> {
  const { picture, work_prefix } = photo;
  const [{ detection, remembered }, pixels] = await allOf([detecting, crops.read(photo)]);
  const found = facesForStates(detection);
  count('FacesDetected', found.length);
  const large = found.filter(({ bounding_box }) => shorterSide(bounding_box, picture) >= services.minPixels);
  const [cropped, slots] = await allOf([
    crops.write(photo, pixels, found),
    reserveSearches(large, photo, remembered, services),
  ]);
  const faces = cropped.map((face) => {
    const search_at = slots.get(face.index);
    return search_at === undefined ? face : { ...face, search_at };
  });
  const first = faces.find(({ search_at }) => search_at !== undefined)?.search_at;
  return {
    faces,
    count: faces.length,
    details_key: detectionKeyOf(work_prefix),
    ...(first === undefined ? {} : waitFor(first, services)),
  };
}

async function detectOnce(photo: Photo, reserved: Slot, services: Services): Promise<Found> {
  const { picture, work_prefix, lane } = photo;
  const kept = await rememberedDetection(services.s3, picture, work_prefix);
  if (kept) return { detection: kept, remembered: true };
  const { slot, wait_until } = await keepOrReserve(reserved, { ...services, meter: services.detectMeter, lane });
  if (wait_until !== undefined) {
    throw new SlotError(
      'SlotMissed',
      `The detection was late for its slot, and no other is free before ${wait_until}.`,
    );
  }
  return { detection: await detectFaces(services, picture, slot), remembered: false };
}

/** Gives a slot to each of the faces that are to be searched, by index. */
async function reserveSearches(
  large: readonly DetectedFace[],
  photo: Photo,
  remembered: boolean,
  services: Services,
): Promise<ReadonlyMap<number, Slot>> {
  // Only where this version was worked on before can there be answers to searches.
  const toSearch = remembered ? await withoutAnswer(large, photo, services.s3) : large;
  if (toSearch.length === 0) return new Map();
  const slots = await services.searchMeter.reserve(toSearch.length, photo.lane);
  return new Map(toSearch.map(({ index }, at) => [index, slots[at]!]));
}

async function withoutAnswer(faces: readonly DetectedFace[], { bucket, work_prefix }: Photo, s3: S3Client) {
  const answers = await Promise.all(faces.map(({ index }) => etagOf(s3, bucket, searchKeyOf(work_prefix, index))));
  return faces.filter((_, at) => answers[at] === undefined);
}

export const handler = defineTask({
  name: 'detect-faces',
  services: () => ({
    rekognition: rekognitionClient(),
    s3: s3Client(),
    detectMeter: meterOf('DetectFaces', dynamoDbClient()),
    searchMeter: meterOf('SearchFacesByImage', dynamoDbClient()),
    minPixels: env('MIN_FACE_PIXELS'),
    ...clock(),
  }),
  run,
  describe: ({ photo }, output) => ({ execution: photo.execution_arn, work: photo.work_prefix, faces: output?.count }),
});
