import { DetectFacesCommand, type FaceDetail, type RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { percent, type BoundingBox, type DetectedFace, type Emotion } from '../../schemas/faces.ts';
import { detectionKeyOf } from '../../schemas/keys.ts';
import type { Picture } from '../../schemas/payloads.ts';
import { countPaidCall } from '../runtime/metrics.ts';
import { computeOnce } from '../storage/objects.ts';

/** Rekognition's answer, kept in `work/` with all its fields. */
export const Detection = z.object({ faces: z.array(z.custom<FaceDetail>()) });
export type Detection = z.infer<typeof Detection>;

export const imageOf = ({ bucket, key, version_id }: Picture) => ({
  S3Object: { Bucket: bucket, Name: key, Version: version_id },
});

/** Pays for one call per picture: the answer to an earlier attempt is read back instead. */
export async function detectFaces(
  services: { readonly rekognition: RekognitionClient; readonly s3: S3Client },
  picture: Picture,
  workPrefix: string,
): Promise<Detection> {
  const address = { bucket: picture.bucket, key: detectionKeyOf(workPrefix) };
  return computeOnce(services.s3, address, Detection, async () => {
    const command = new DetectFacesCommand({ Image: imageOf(picture), Attributes: ['ALL'] });
    const { FaceDetails = [] } = await countPaidCall(services.rekognition.send(command));
    return { faces: FaceDetails.toSorted((a, b) => area(b) - area(a)) };
  });
}

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
