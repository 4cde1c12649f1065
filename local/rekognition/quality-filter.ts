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
 * At a sharpness of 12, nearly all faces blurred by a twentieth of their width are dropped, of which four in five match
 * nobody or wrongly, and one in 25 of those that match rightly though dark. At 24 pixels one face in three matches
 * nobody, but none wrongly; from 32 all match. See docs/local-rekognition.md.
 */
const THRESHOLDS: Record<Exclude<QualityFilter, 'NONE'>, QualityThresholds> = {
  AUTO: { pixels: 24, confidence: 0.6, brightness: 10, sharpness: 12, yaw: 60 },
  LOW: { pixels: 24, confidence: 0.6, brightness: 10, sharpness: 12, yaw: 60 },
  MEDIUM: { pixels: 40, confidence: 0.7, brightness: 15, sharpness: 20, yaw: 45 },
  HIGH: { pixels: 64, confidence: 0.8, brightness: 20, sharpness: 40, yaw: 30 },
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
