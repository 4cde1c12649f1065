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

/** Below 40 pixels or 0.6 confidence, faces of different people look alike, which causes false matches. */
const THRESHOLDS: Record<Exclude<QualityFilter, 'NONE'>, QualityThresholds> = {
  AUTO: { pixels: 40, confidence: 0.6, brightness: 10, sharpness: 5, yaw: 60 },
  LOW: { pixels: 40, confidence: 0.6, brightness: 10, sharpness: 5, yaw: 60 },
  MEDIUM: { pixels: 48, confidence: 0.7, brightness: 15, sharpness: 15, yaw: 45 },
  HIGH: { pixels: 64, confidence: 0.8, brightness: 20, sharpness: 30, yaw: 30 },
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
