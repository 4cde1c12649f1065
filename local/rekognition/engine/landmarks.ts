import type * as tf from '@tensorflow/tfjs-core';
import type { DetectedBox } from './boxes.ts';
import { centre } from './chip.ts';
import { cropFrames, type Frame, placeOf, rotated, squareAround, TURNS } from './cut.ts';
import type { Pixels } from './decode.ts';
import { rollOf } from './measure.ts';
import { FACE_SIZE } from './nets/dense-net.ts';
import { runNet } from './nets/run-net.ts';
import type { Point } from './types.ts';

type Net = (batch: tf.Tensor4D) => tf.Tensor;

interface Guess {
  /** In pixels of the picture. */
  readonly points: Point[];
  /** Mean distance between the points of two crops, in distances of the eyes. */
  readonly doubt: number;
}

const POINTS = 68;
/** Of upright portraits the doubt is 0.06 at most, of those on their side it is 0.1 at least. */
const UPRIGHT = 0.08;
/** Most faces are upright, hard ones too: another way up has to be this much less doubtful. */
const SURER = 0.7;
/** Degrees. A crop that is turned by more gives better points: at 45 it brings descriptors a third nearer. */
const SMALL_ROLL = 10;

/**
 * The 68 points of each face, in pixels of the picture, whichever way up the face is. The network knows upright faces
 * only, and of any other it says something all the same. So it is asked twice: the second crop is turned by the roll that
 * the first answer implies. Where both answers differ, the face is not that way up, and the other ways are tried.
 */
export function findLandmarks(net: Net, picture: Pixels, boxes: readonly DetectedBox[]): Point[][] {
  const best = guess(net, picture, boxes, 0);
  const doubtful = boxes.flatMap((box, i) => (best[i]!.doubt > UPRIGHT ? [{ box, i }] : []));
  for (const { i } of doubtful) best[i] = { ...best[i]!, doubt: best[i]!.doubt * SURER };
  for (const degrees of doubtful.length > 0 ? TURNS : []) {
    const guesses = guess(
      net,
      picture,
      doubtful.map(({ box }) => box),
      degrees,
    );
    for (const [n, { i }] of doubtful.entries()) if (guesses[n]!.doubt < best[i]!.doubt) best[i] = guesses[n]!;
  }
  return best.map(({ points }) => points);
}

/** The points of faces that are turned clockwise by about so many degrees. */
function guess(net: Net, picture: Pixels, boxes: readonly DetectedBox[], degrees: number): Guess[] {
  const frames = boxes.map((box) => rotated(squareAround(box, picture, FACE_SIZE), FACE_SIZE, degrees));
  const first = pointsIn(net, picture, frames);
  const again = pointsIn(
    net,
    picture,
    first.map((points, i) => frameAround(points, frames[i]!)),
  );
  return first.map((points, i) => ({
    points: Math.abs(angle(rollOf(points) - degrees)) < SMALL_ROLL ? points : again[i]!,
    doubt: distance(points, again[i]!) / eyeDistance(points),
  }));
}

/** A frame of the same size, upright by the eyes, with the points in its middle. */
function frameAround(points: Point[], { step }: Frame): Frame {
  const upright = { x: Math.hypot(step.x, step.y), y: 0 };
  const corner = placeOf({ corner: centre(points, 0, POINTS), step: upright }, -FACE_SIZE / 2, -FACE_SIZE / 2);
  return rotated({ corner, step: upright }, FACE_SIZE, rollOf(points));
}

function pointsIn(net: Net, picture: Pixels, frames: readonly Frame[]): Point[][] {
  const shares = runNet(net, cropFrames(picture, frames, FACE_SIZE), FACE_SIZE);
  return frames.map((frame, i) =>
    Array.from({ length: POINTS }, (_, n) => {
      const at = 2 * (i * POINTS + n);
      return placeOf(frame, shares[at]! * FACE_SIZE, shares[at + 1]! * FACE_SIZE);
    }),
  );
}

function distance(some: Point[], others: Point[]): number {
  return some.reduce((sum, { x, y }, i) => sum + Math.hypot(x - others[i]!.x, y - others[i]!.y), 0) / POINTS;
}

/** The same angle between -180 and 180 degrees. */
const angle = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;

function eyeDistance(points: Point[]): number {
  const [left, right] = [centre(points, 36, 42), centre(points, 42, 48)];
  return Math.hypot(right.x - left.x, right.y - left.y);
}
