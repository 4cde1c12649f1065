import type { Face } from './engine/types.ts';

export type QualityFilter = 'NONE' | 'AUTO' | 'LOW' | 'MEDIUM' | 'HIGH';
export type QualityReason =
  | 'EXTREME_POSE'
  | 'LOW_BRIGHTNESS'
  | 'LOW_SHARPNESS'
  | 'LOW_CONFIDENCE'
  | 'SMALL_BOUNDING_BOX';

interface QualityThresholds {
  pixels: number;
  confidence: number;
  brightness: number;
  sharpness: number;
  /** Degrees to either side. */
  yaw: number;
}

/**
 * From measurement, with the distances of 80, 95 and 99 for LOW, MEDIUM and HIGH: see docs/local-rekognition.md. Faces of
 * these pixels and more match their portrait nine times in ten. Of the faces below this sharpness four in five do not. Of
 * dark faces and of those with a low confidence most do, so hardly any are dropped for it. Yaw was not measured.
 */
const THRESHOLDS: Record<Exclude<QualityFilter, 'NONE'>, QualityThresholds> = {
  AUTO: { pixels: 24, confidence: 0.6, brightness: 4, sharpness: 18, yaw: 60 },
  LOW: { pixels: 24, confidence: 0.6, brightness: 4, sharpness: 18, yaw: 60 },
  MEDIUM: { pixels: 32, confidence: 0.6, brightness: 4, sharpness: 35, yaw: 45 },
  HIGH: { pixels: 36, confidence: 0.6, brightness: 6, sharpness: 60, yaw: 30 },
};

/** Why a face fails the filter; empty if it passes. */
export function qualityReasons(face: Face, filter: QualityFilter): QualityReason[] {
  if (filter === 'NONE') return [];
  const thresholds = THRESHOLDS[filter];
  const reasons: QualityReason[] = [];
  if (Math.abs(face.pose.yaw) > thresholds.yaw) reasons.push('EXTREME_POSE');
  if (face.quality.brightness < thresholds.brightness) reasons.push('LOW_BRIGHTNESS');
  if (face.quality.sharpness < thresholds.sharpness) reasons.push('LOW_SHARPNESS');
  if (face.confidence < thresholds.confidence) reasons.push('LOW_CONFIDENCE');
  if (face.pixels < thresholds.pixels) reasons.push('SMALL_BOUNDING_BOX');
  return reasons;
}
