import { centre } from './chip.ts';
import type { Point } from './types.ts';

/**
 * Degrees, from landmarks in pixels. Roll is clockwise. Yaw, positive when the face looks to the right of the picture,
 * comes from how much nearer the bridge of the nose is to one jaw than to the other. Pitch cannot be computed from
 * these points.
 */
export function poseOf(landmarks: Point[]): { roll: number; yaw: number } {
  const roll = radiansOfRoll(landmarks);
  const along = (p: Point) => p.x * Math.cos(roll) + p.y * Math.sin(roll);
  const nose = along(centre(landmarks, 27, 31));
  const toLeftJaw = nose - along(centre(landmarks, 0, 3));
  const toRightJaw = along(centre(landmarks, 14, 17)) - nose;
  const turn = (toLeftJaw - toRightJaw) / (Math.abs(toLeftJaw) + Math.abs(toRightJaw) || 1);
  return { roll: degrees(roll), yaw: degrees(Math.asin(Math.max(-1, Math.min(1, turn)))) };
}

/** Degrees clockwise, -180 to 180. */
export const rollOf = (landmarks: Point[]): number => degrees(radiansOfRoll(landmarks));

function radiansOfRoll(landmarks: Point[]): number {
  const leftEye = centre(landmarks, 36, 42);
  const rightEye = centre(landmarks, 42, 48);
  return Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** From landmarks in pixels: fractions would distort distances unless the picture is square. */
export function gapsOf(landmarks: Point[]): { lids: number; lips: number } {
  const apart = (a: number, b: number) =>
    Math.hypot(landmarks[a]!.x - landmarks[b]!.x, landmarks[a]!.y - landmarks[b]!.y);
  const left = (apart(37, 41) + apart(38, 40)) / 2 / apart(36, 39);
  const right = (apart(43, 47) + apart(44, 46)) / 2 / apart(42, 45);
  return { lids: (left + right) / 2, lips: apart(62, 66) / apart(48, 54) };
}

/** Variance of the Laplacian at which sharpness is 63 %, at a mean luma of half of white. */
const SHARP = 120;

/**
 * Brightness is the mean luma of a face. Sharpness is the variance of its Laplacian in relation to that: a dark face has
 * weaker edges than a bright one, but is recognized as well. Both 0 to 100.
 */
export function qualityOf(luma: Float32Array, size: number): { brightness: number; sharpness: number } {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const i = y * size + x;
      const edge = 4 * luma[i]! - luma[i - 1]! - luma[i + 1]! - luma[i - size]! - luma[i + size]!;
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (size - 2) ** 2;
  const variance = squares / count - (sum / count) ** 2;
  const light = luma.reduce((total, value) => total + value, 0) / luma.length / 255;
  const contrast = light === 0 ? 0 : variance / (2 * light) ** 2;
  return { brightness: light * 100, sharpness: 100 * (1 - Math.exp(-contrast / SHARP)) };
}
