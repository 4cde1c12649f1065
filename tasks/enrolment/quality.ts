import type { FaceDetail } from '@aws-sdk/client-rekognition';
import { EnrolmentError } from '../runtime/errors.ts';

// Every search is compared with what is enrolled, so a poor portrait costs more than a poor photo. Measured on 75
// portraits of 75 people and the samples, by the local engine: sharpness 53 to 100, brightness 34 to 70, at most 29
// degrees to the side. The limits leave room, because Rekognition measures on a scale of its own.

/** In percent. */
const MIN_CONFIDENCE = 80;
/** Of 100. Below it, features are smeared. */
const MIN_SHARPNESS = 10;
/** Of 100. Outside of these, features are lost in black or in white. */
const MIN_BRIGHTNESS = 20;
const MAX_BRIGHTNESS = 90;
/**
 * In degrees, from which Rekognition advises against a face: Developer Guide, "Recommendations for facial comparison
 * input images". It allows only 30 degrees downwards, but does not say which sign that has.
 */
const MAX_YAW = 45;
const MAX_PITCH = 45;

interface Check {
  readonly isRefused: boolean;
  readonly error: ConstructorParameters<typeof EnrolmentError>[0];
  readonly message: string;
}

/** Throws the first reason why the face is too poor to be enrolled, with the figures. */
export function checkQuality(detail: FaceDetail, pixels: number, minPixels: number): void {
  const refusal = checks(detail, pixels, minPixels).find(({ isRefused }) => isRefused);
  if (refusal) throw new EnrolmentError(refusal.error, refusal.message);
}

function checks({ Confidence = 0, Pose = {}, Quality = {} }: FaceDetail, pixels: number, minPixels: number): Check[] {
  const { Sharpness = 100, Brightness = 50 } = Quality;
  const [yaw, pitch] = [Math.abs(Pose.Yaw ?? 0), Math.abs(Pose.Pitch ?? 0)];
  return [
    {
      isRefused: pixels < minPixels,
      error: 'FaceTooSmall',
      message: `The face is ${pixels} pixels wide; it needs ${minPixels}. Choose a closer or larger photo.`,
    },
    {
      isRefused: Confidence < MIN_CONFIDENCE,
      error: 'FaceQualityTooLow',
      message: `It is a face with ${below(Confidence)} % confidence; it needs ${MIN_CONFIDENCE}. Choose a clearer photo.`,
    },
    {
      isRefused: Sharpness < MIN_SHARPNESS,
      error: 'FaceBlurred',
      message: `The face is blurred: sharpness ${below(Sharpness)} of 100; it needs ${MIN_SHARPNESS}. Choose a sharper photo.`,
    },
    {
      isRefused: Brightness < MIN_BRIGHTNESS,
      error: 'FaceTooDark',
      message: `The face is too dark: brightness ${below(Brightness)} of 100; it needs ${MIN_BRIGHTNESS}. Choose a photo with more light.`,
    },
    {
      isRefused: Brightness > MAX_BRIGHTNESS,
      error: 'FaceTooBright',
      message: `The face is overexposed: brightness ${above(Brightness)} of 100; at most ${MAX_BRIGHTNESS} will do. Choose a photo with less light.`,
    },
    {
      isRefused: yaw > MAX_YAW,
      error: 'FaceTurnedAway',
      message: `The face is turned ${above(yaw)} degrees to the side; at most ${MAX_YAW} will do. Choose a photo from the front.`,
    },
    {
      isRefused: pitch > MAX_PITCH,
      error: 'FaceTurnedAway',
      message: `The face is turned ${above(pitch)} degrees up or down; at most ${MAX_PITCH} will do. Choose a photo from the front.`,
    },
  ];
}

/** Rounded away from the limit's side, so that no message says 10 where 10 is needed. */
const below = Math.floor;
const above = Math.ceil;
