import sharp from 'sharp';
import { expect, test } from 'vitest';
import { RED, plainPicture } from '../../../recording/replay/drawn-pictures.ts';
import type { BoundingBox } from '../../../schemas/faces.ts';
import { cropFace, decodePixels } from '../../../tasks/images/crop.ts';
import { aJpeg, coloursAt } from '../../support/pictures.ts';

const GREY = { r: 130, g: 130, b: 130 };

/** Boxes are given in pixels of a picture of 1000 x 500. */
const box = (left: number, top: number, width: number, height: number): BoundingBox => ({
  left: left / 1000,
  top: top / 500,
  width: width / 1000,
  height: height / 500,
});

const pixels = decodePixels(await aJpeg(1000, 500));

async function cutOf(face: BoundingBox, others: readonly BoundingBox[] = []) {
  const { jpeg, ...rest } = await cropFace(await pixels, face, others);
  const { width, height, format } = await sharp(jpeg).metadata();
  return { ...rest, crop: { width, height, format } };
}

test('a face is cut with a third of its box on each side', async () => {
  expect(await cutOf(box(400, 100, 150, 240))).toStrictEqual({
    pixels: 150,
    crop: { width: 250, height: 400, format: 'jpeg' },
    in_crop: { left: 0.2, top: 0.2, width: 0.6, height: 0.6 },
  });
});

test('a crop is moved into the picture at its edges, and shows as much', async () => {
  expect(await cutOf(box(0, 0, 150, 240))).toStrictEqual({
    pixels: 150,
    crop: { width: 250, height: 400, format: 'jpeg' },
    in_crop: { left: 0, top: 0, width: 0.6, height: 0.6 },
  });
  expect(await cutOf(box(850, 260, 150, 240))).toStrictEqual({
    pixels: 150,
    crop: { width: 250, height: 400, format: 'jpeg' },
    in_crop: { left: 0.4, top: 0.4, width: 0.6, height: 0.6 },
  });
});

test('a crop is never larger than the picture', async () => {
  expect(await cutOf(box(0, 0, 1000, 500))).toStrictEqual({
    pixels: 500,
    crop: { width: 1000, height: 500, format: 'jpeg' },
    in_crop: { left: 0, top: 0, width: 1, height: 1 },
  });
});

test('a small face is cut with more around it, for no crop is under 80 pixels a side', async () => {
  expect(await cutOf(box(400, 100, 20, 16))).toStrictEqual({
    pixels: 16,
    crop: { width: 80, height: 80, format: 'jpeg' },
    in_crop: { left: 0.375, top: 0.4, width: 0.25, height: 0.2 },
  });
});

test('a box without extent at the very edge is still cut', async () => {
  expect(await cutOf(box(1000, 500, 0, 0))).toStrictEqual({
    pixels: 0,
    crop: { width: 80, height: 80, format: 'jpeg' },
    in_crop: { left: 1, top: 1, width: 0, height: 0 },
  });
});

const FACE = box(400, 100, 150, 240);
const places = [
  [0.02, 0.5],
  [0.5, 0.5],
  [0.98, 0.5],
  [0.98, 0.02],
] as const;

test('a larger neighbour is painted over where it shows', async () => {
  const { jpeg } = await cropFace(await pixels, FACE, [box(580, 50, 200, 300)]);
  expect(await coloursAt(jpeg, places)).toStrictEqual([RED, RED, GREY, RED]);
});

test('a smaller neighbour is left', async () => {
  const { jpeg } = await cropFace(await pixels, FACE, [box(580, 100, 150, 200)]);
  expect(await coloursAt(jpeg, places)).toStrictEqual([RED, RED, RED, RED]);
});

test('a larger neighbour that overlaps the face is painted over beside it only', async () => {
  const { jpeg } = await cropFace(await pixels, FACE, [box(500, 0, 300, 500)]);
  expect(await coloursAt(jpeg, [...places, [0.75, 0.5]])).toStrictEqual([RED, RED, GREY, GREY, RED]);
});

test('a larger neighbour outside of the crop changes nothing', async () => {
  const { jpeg } = await cropFace(await pixels, FACE, [box(700, 0, 300, 500)]);
  expect(await coloursAt(jpeg, places)).toStrictEqual([RED, RED, RED, RED]);
});

test.each([
  ['grey', () => plainPicture(100, 100).greyscale().jpeg().toBuffer()],
  ['half transparent', () => plainPicture(100, 100).ensureAlpha(0.5).png().toBuffer()],
  ['palette', () => plainPicture(100, 100).png({ palette: true }).toBuffer()],
])('a %s picture is decoded to three channels', async (_, picture) => {
  const { data, ...rest } = await decodePixels(await picture());
  expect({ ...rest, bytes: data.length }).toStrictEqual({ width: 100, height: 100, channels: 3, bytes: 30_000 });
});
