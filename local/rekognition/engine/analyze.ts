import * as tf from '@tensorflow/tfjs-core';
import { type DetectedBox, sigmoid } from './boxes.ts';
import { chipFrame } from './chip.ts';
import { cropFrames, luma, rotated, squareAround } from './cut.ts';
import { decode, type Picture } from './decode.ts';
import { detectLarge, isCertain } from './detect-large.ts';
import { detect } from './detect.ts';
import { findLandmarks } from './landmarks.ts';
import { gapsOf, poseOf, qualityOf, rollOf } from './measure.ts';
import type { Models } from './models.ts';
import { FACE_SIZE } from './nets/dense-net.ts';
import { CHIP_SIZE } from './nets/descriptor-net.ts';
import { runNet } from './nets/run-net.ts';
import { addUprightFaces, turnOf } from './turned.ts';
import { DESCRIPTOR_LENGTH, type Analysis, type Expressions, type Face, type Job, type Point } from './types.ts';

const MAX_FACES = 100;
/** Faces of one photo that go through a network together: faster than one by one, and still little memory. */
const BATCH_SIZE = 8;
/** Quality is measured at one size, so that it is comparable between near and distant faces. */
const QUALITY_SIZE = 96;

export async function analyze(models: Models, job: Job): Promise<Analysis> {
  const picture = await decode(job.picture);
  const places = await findFaces(models, picture, job.find);
  const faces: Face[] = [];
  for (let i = 0; i < places.length; i += BATCH_SIZE)
    faces.push(...describeFaces(models, picture, places.slice(i, i + BATCH_SIZE), job));
  return { faces, width: picture.originalWidth, height: picture.originalHeight };
}

interface Place {
  readonly box: DetectedBox;
  /** In pixels of the picture. */
  readonly points: Point[];
}

async function findFaces(models: Models, picture: Picture, find: Job['find']): Promise<Place[]> {
  const large = find === 'largest' ? await detectLarge(models.tiny, picture) : undefined;
  const boxes = large && isCertain(large) ? [large] : await detect(models.ssd, picture);
  const most = find === 'largest' ? 1 : MAX_FACES;
  const places = placesOf(models, picture, boxes, most);
  const turn = turnOf(places.map(({ points }) => points));
  if (find === 'largest' || turn === 0) return places;
  return placesOf(models, picture, await addUprightFaces(models.ssd, picture, turn, boxes), most);
}

function placesOf(models: Models, picture: Picture, boxes: readonly DetectedBox[], most: number): Place[] {
  const places: Place[] = [];
  const some = boxes.slice(0, most);
  for (let i = 0; i < some.length; i += BATCH_SIZE) {
    const batch = some.slice(i, i + BATCH_SIZE);
    const points = findLandmarks(models.landmarks, picture, batch);
    places.push(...batch.map((box, n) => ({ box, points: points[n]! })));
  }
  return places;
}

function describeFaces(models: Models, picture: Picture, places: readonly Place[], job: Job): Face[] {
  const faces = places.map((place) => faceOf(picture, place));
  const points = places.map((place) => place.points);
  if (job.attributes) addAttributes(models, picture, faces, points);
  if (job.descriptors) addDescriptors(models, picture, faces, points);
  return faces;
}

function faceOf(picture: Picture, { box, points }: Place): Face {
  const { width, height } = picture;
  return {
    box: {
      left: box.left / width,
      top: box.top / height,
      width: (box.right - box.left) / width,
      height: (box.bottom - box.top) / height,
    },
    confidence: box.score,
    pixels: box.right - box.left,
    landmarks: points.map(({ x, y }) => ({ x: x / width, y: y / height })),
    pose: poseOf(points),
    gaps: gapsOf(points),
    quality: qualityOf(luma(picture, box, QUALITY_SIZE), QUALITY_SIZE),
  };
}

/** The library's own crop for these two networks: the landmarks' bounding box, enlarged by a fifth; the right way up. */
function addAttributes(models: Models, picture: Picture, faces: Face[], points: Point[][]): void {
  const frames = points.map((face) =>
    rotated(squareAround(aroundLandmarks(face), picture, FACE_SIZE), FACE_SIZE, 90 * Math.round(rollOf(face) / 90)),
  );
  const crops = cropFrames(picture, frames, FACE_SIZE);
  const expressions = runNet((x) => tf.softmax(models.expressions(x)), crops, FACE_SIZE);
  const ageGender = runNet((x) => tf.concat(models.ageGender(x), 1), crops, FACE_SIZE);
  for (const [i, face] of faces.entries()) {
    face.expressions = expressionsOf(expressions.subarray(i * 7, i * 7 + 7));
    const [age, male, female] = ageGender.subarray(i * 3, i * 3 + 3);
    face.age = age!;
    face.male = sigmoid(male! - female!);
  }
}

function aroundLandmarks(points: Point[]): DetectedBox {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const padX = (right - left) / 10;
  const padY = (bottom - top) / 10;
  return { left: left - padX, top: top - padY, right: right + padX, bottom: bottom + padY, score: 1 };
}

function expressionsOf([neutral, happy, sad, angry, fearful, disgusted, surprised]: Float32Array): Expressions {
  return { neutral, happy, sad, angry, fearful, disgusted, surprised } as Expressions;
}

function addDescriptors(models: Models, picture: Picture, faces: Face[], points: Point[][]): void {
  const chips = cropFrames(picture, points.map(chipFrame), CHIP_SIZE);
  const vectors = runNet(models.descriptor, chips, CHIP_SIZE);
  for (const [i, face] of faces.entries()) {
    face.descriptor = vectors.slice(i * DESCRIPTOR_LENGTH, (i + 1) * DESCRIPTOR_LENGTH);
  }
}
