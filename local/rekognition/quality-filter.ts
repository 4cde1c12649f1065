import type { Face } from './engine/types.ts';

export type QualityFilter = 'NONE' | 'AUTO' | 'LOW' | 'MEDIUM' | 'HIGH';
export type QualityReason =
  | 'EXTREME_POSE'
  | 'LOW_BRIGHTNESS'
  | 'LOW_SHARPNESS'
  | 'LOW_CONFIDENCE'
  | 'SMALL_BOUNDING_BOX';

interface Bar {
  pixels: number;
  confidence: number;
  brightness: number;
  sharpness: number;
  /** Degrees to either side. */
  yaw: number;
}

/** Below 40 pixels or 0.6 confidence, faces of different people grow alike: that is where false matches come from. */
const BARS: Record<Exclude<QualityFilter, 'NONE'>, Bar> = {
  AUTO: { pixels: 40, confidence: 0.6, brightness: 10, sharpness: 5, yaw: 60 },
  LOW: { pixels: 40, confidence: 0.6, brightness: 10, sharpness: 5, yaw: 60 },
  MEDIUM: { pixels: 48, confidence: 0.7, brightness: 15, sharpness: 15, yaw: 45 },
  HIGH: { pixels: 64, confidence: 0.8, brightness: 20, sharpness: 30, yaw: 30 },
};

/** Why a face is not good enough; nothing when it is. */
export function shortcomings(face: Face, filter: QualityFilter): QualityReason[] {
  if (filter === 'NONE') return [];
  const bar = BARS[filter];
  const reasons: QualityReason[] = [];
  if (Math.abs(face.pose.yaw) > bar.yaw) reasons.push('EXTREME_POSE');
  if (face.quality.brightness < bar.brightness) reasons.push('LOW_BRIGHTNESS');
  if (face.quality.sharpness < bar.sharpness) reasons.push('LOW_SHARPNESS');
  if (face.confidence < bar.confidence) reasons.push('LOW_CONFIDENCE');
  if (face.pixels < bar.pixels) reasons.push('SMALL_BOUNDING_BOX');
  return reasons;
}
