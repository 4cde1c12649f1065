import type { DetectedBox } from './boxes.ts';
import type { Pixels } from './decode.ts';
import type { Point } from './types.ts';

/** A square on the picture, possibly rotated, given by its corner and the step between its pixels. */
export interface Frame {
  corner: Point;
  /** Vector in picture pixels from one frame pixel to the next in its row. Columns are perpendicular to it. */
  step: Point;
  /** Visible part of the picture. Without it the picture's edge pixels are repeated. */
  within?: DetectedBox;
  /** The grey of the rest, 0 to 255; black without it. */
  outside?: number;
}

/** The ways up that are not upright, in degrees clockwise. */
export const TURNS = [90, 180, 270] as const;
export type Turn = 0 | (typeof TURNS)[number];

/** The mean colour, which dlib's networks subtract. */
const MEAN = [122.782, 117.001, 104.298] as const;
const MAX_SAMPLES = 6;

/** Converts a byte of channel 0, 1 or 2 to a network's input value. */
export type Tone = (byte: number, channel: number) => number;

const centredTone: Tone = (byte, channel) => (byte - MEAN[channel]!) / 255;

/** The square that the networks are trained on: the box in the middle, black around it. */
export function squareAround(box: DetectedBox, picture: Pixels, size: number): Frame {
  const within = {
    left: Math.max(0, box.left),
    top: Math.max(0, box.top),
    right: Math.min(picture.width, box.right),
    bottom: Math.min(picture.height, box.bottom),
    score: box.score,
  };
  const width = within.right - within.left;
  const height = within.bottom - within.top;
  const side = Math.max(width, height);
  const corner = { x: within.left - (side - width) / 2, y: within.top - (side - height) / 2 };
  return { corner, step: { x: side / size, y: 0 }, within };
}

/** The frame turned clockwise about its middle. */
export function rotated(frame: Frame, size: number, degrees: number): Frame {
  if (degrees === 0) return frame;
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const { x, y } = frame.step;
  const step = { x: x * cos - y * sin, y: x * sin + y * cos };
  const middle = placeOf(frame, size / 2, size / 2);
  const corner = placeOf({ corner: middle, step }, -size / 2, -size / 2);
  return { ...frame, corner, step };
}

/** Where on the picture a point of the frame is. */
export function placeOf({ corner, step }: Pick<Frame, 'corner' | 'step'>, u: number, v: number): Point {
  return { x: corner.x + u * step.x - v * step.y, y: corner.y + u * step.y + v * step.x };
}

/** Crops the frames into one batch, with colours centred on 0. Each output pixel is the mean of the pixels below it. */
export function cropFrames(picture: Pixels, frames: readonly Frame[], size: number): Float32Array {
  const batch = new Float32Array(frames.length * size * size * 3);
  frames.forEach((frame, i) =>
    cropFrame(picture, frame, size, centredTone, batch.subarray(i * size * size * 3, (i + 1) * size * size * 3)),
  );
  return batch;
}

export function cropFrame(
  { data, width, height }: Pixels,
  { corner, step, within, outside = 0 }: Frame,
  size: number,
  tone: Tone,
  into: Float32Array,
): void {
  const samples = Math.max(1, Math.min(MAX_SAMPLES, Math.round(Math.hypot(step.x, step.y))));
  const share = 1 / (samples * samples);
  const row = width * 3;
  const sum = [0, 0, 0];
  for (let j = 0, at = 0; j < size; j++) {
    for (let i = 0; i < size; i++, at += 3) {
      sum.fill(0);
      for (let s = 0; s < samples * samples; s++) {
        const u = i + ((s % samples) + 0.5) / samples;
        const v = j + (Math.floor(s / samples) + 0.5) / samples;
        const x = corner.x + u * step.x - v * step.y;
        const y = corner.y + u * step.y + v * step.x;
        if (within && (x < within.left || y < within.top || x >= within.right || y >= within.bottom)) {
          for (let c = 0; c < 3; c++) sum[c]! += outside;
          continue;
        }
        // Bilinear interpolation between the centres of four pixels.
        const px = Math.max(0, Math.min(width - 1.001, x - 0.5));
        const py = Math.max(0, Math.min(height - 1.001, y - 0.5));
        const left = Math.floor(px);
        const top = Math.floor(py);
        const fx = px - left;
        const fy = py - top;
        const from = top * row + left * 3;
        for (let c = 0; c < 3; c++) {
          const upper = data[from + c]! * (1 - fx) + data[from + 3 + c]! * fx;
          const lower = data[from + row + c]! * (1 - fx) + data[from + row + 3 + c]! * fx;
          sum[c]! += upper * (1 - fy) + lower * fy;
        }
      }
      for (let c = 0; c < 3; c++) into[at + c] = tone(sum[c]! * share, c);
    }
  }
}

/** The brightness of the box, 0 to 255, stretched to a square. */
export function luma(picture: Pixels, box: DetectedBox, size: number): Float32Array {
  const { data, width, height } = picture;
  const left = Math.max(0, box.left);
  const top = Math.max(0, box.top);
  const stepX = (Math.min(width, box.right) - left) / size;
  const stepY = (Math.min(height, box.bottom) - top) / size;
  return Float32Array.from({ length: size * size }, (_, i) => {
    const x = Math.floor(left + ((i % size) + 0.5) * stepX);
    const y = Math.floor(top + (Math.floor(i / size) + 0.5) * stepY);
    const at = (Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3;
    return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  });
}
