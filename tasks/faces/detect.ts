import { DetectFacesCommand, type FaceDetail, type RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { percent, type BoundingBox, type DetectedFace, type Emotion } from '../../schemas/faces.ts';
import { detectionKeyOf, sharedDetectionKeyOf } from '../../schemas/keys.ts';
import type { Slot } from '../../schemas/pacing.ts';
import type { Picture } from '../../schemas/payloads.ts';
import { arriveAt, type Clock } from '../pacing/slots.ts';
import { allOf } from '../runtime/concurrency.ts';
import { countPaidCall } from '../runtime/metrics.ts';
import { readJson, writeJson } from '../storage/objects.ts';

/** Rekognition's answer, kept in `work/` with all its fields. */
export const Detection = z.object({ faces: z.array(z.custom<FaceDetail>()) });
export type Detection = z.infer<typeof Detection>;

export const imageOf = ({ bucket, key, version_id }: Picture) => ({
  S3Object: { Bucket: bucket, Name: key, Version: version_id },
});

interface DetectionServices extends Clock {
  readonly rekognition: RekognitionClient;
}

/** Pays for a call, in its slot. The caller keeps the answer. */
export async function detectFaces(services: DetectionServices, picture: Picture, slot: Slot): Promise<Detection> {
  const { rekognition } = services;
  await arriveAt(slot, services);
  const command = new DetectFacesCommand({ Image: imageOf(picture), Attributes: ['ALL'] });
  const { FaceDetails = [] } = await countPaidCall(rekognition.send(command));
  return { faces: FaceDetails.toSorted((a, b) => area(b) - area(a)) };
}

/** Keeps an answer for this version and for the same bytes. */
export async function keepDetection(
  s3: S3Client,
  picture: Picture,
  workPrefix: string,
  detection: Detection,
): Promise<void> {
  await allOf(addressesOf(picture, workPrefix).map((address) => writeJson(s3, address, detection)));
}

/**
 * The answer to an earlier attempt, or to the same bytes under another key or version. Undefined: a call has to be paid
 * for. The answer is copied to where it is missing, so that later tasks find it in the version's own folder, where it
 * expires with the other work on this version.
 */
export async function rememberedDetection(
  s3: S3Client,
  picture: Picture,
  workPrefix: string,
): Promise<Detection | undefined> {
  const addresses = addressesOf(picture, workPrefix);
  // Read at the same time, because nearly every photo is new and would wait for both.
  const answers = await Promise.all(addresses.map((address) => readJson(s3, address, Detection)));
  const detection = answers.find((answer) => answer !== undefined);
  if (!detection) return undefined;
  const missing = addresses.filter((_, index) => answers[index] === undefined);
  await Promise.all(missing.map((address) => writeJson(s3, address, detection)));
  return detection;
}

/** This version's own, and that of all objects with the same bytes. */
const addressesOf = ({ bucket, sha256 }: Picture, workPrefix: string) => [
  { bucket, key: detectionKeyOf(workPrefix) },
  { bucket, key: sharedDetectionKeyOf(sha256) },
];

/** The short descriptions that the states hand on. */
export function facesForStates(detection: Detection): DetectedFace[] {
  return detection.faces.map((face, index) => ({
    index,
    confidence: percent(face.Confidence),
    bounding_box: clamped(face),
    emotions: topEmotions(face),
  }));
}

const area = ({ BoundingBox: box }: FaceDetail) => (box?.Width ?? 0) * (box?.Height ?? 0);

/** Rekognition's boxes can extend beyond the picture. */
export function clamped({ BoundingBox: box = {} }: FaceDetail): BoundingBox {
  const { Left = 0, Top = 0, Width = 0, Height = 0 } = box;
  const [left, top] = [within(Left), within(Top)];
  return { left, top, width: within(Left + Width) - left, height: within(Top + Height) - top };
}

const within = (ratio: number) => Math.min(1, Math.max(0, ratio));

function topEmotions({ Emotions = [] }: FaceDetail): Emotion[] {
  return Emotions.toSorted((a, b) => (b.Confidence ?? 0) - (a.Confidence ?? 0))
    .slice(0, 3)
    .map(({ Type = 'UNKNOWN', Confidence }) => ({ type: Type, confidence: percent(Confidence) }));
}
