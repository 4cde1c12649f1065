import sharp from 'sharp';
import type { BoundingBox } from '../../schemas/faces.ts';
import { inPixels, shorterSide, type Box } from './boxes.ts';
import { boxInCrop, cropArea } from './padding.ts';

interface CroppedPicture {
  readonly jpeg: Buffer;
  /** Shorter side of the face's box, in pixels. */
  readonly pixels: number;
  /** The face's box as ratios of the crop. */
  readonly in_crop: BoundingBox;
}

export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
}

/** Decodes a picture once for all its faces. */
export async function decodePixels(picture: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(picture, { limitInputPixels: false })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { data, width: info.width, height: info.height, channels: 3 };
  const rgb = await sharp(data, { raw: info }).toColourspace('srgb').removeAlpha().raw().toBuffer();
  return { data: rgb, width: info.width, height: info.height, channels: 3 };
}

/**
 * Crops one face with padding. A search uses only the largest face of a picture, so a larger neighbour in the crop is
 * painted over where it does not cover the face.
 */
export async function cropFace(
  pixels: Pixels,
  face: BoundingBox,
  others: readonly BoundingBox[],
): Promise<CroppedPicture> {
  const box = inPixels(face, pixels);
  const area = cropArea(face, pixels);
  const larger = others.filter((other) => other.width * other.height > face.width * face.height);
  const masks = larger.flatMap((other) => visiblePart(inPixels(other, pixels), box, area));
  const { data, width, height, channels } = pixels;
  let crop = sharp(data, { raw: { width, height, channels }, limitInputPixels: false }).extract(area);
  if (masks.length > 0) {
    crop = crop.composite(
      masks.map((mask) => ({
        input: { create: { width: mask.width, height: mask.height, channels: 3, background: '#808080' } },
        left: mask.left,
        top: mask.top,
      })),
    );
  }
  return {
    jpeg: await crop.jpeg({ quality: 92 }).toBuffer(),
    pixels: shorterSide(face, pixels),
    in_crop: boxInCrop(face, pixels),
  };
}

/** The part of a neighbour within the crop that does not cover the face, reduced to the largest strip. */
function visiblePart(other: Box, face: Box, area: Box): Box[] {
  const right = (box: Box) => box.left + box.width;
  const bottom = (box: Box) => box.top + box.height;
  const strips = [
    { left: other.left, top: other.top, right: Math.min(right(other), face.left), bottom: bottom(other) },
    { left: Math.max(other.left, right(face)), top: other.top, right: right(other), bottom: bottom(other) },
    { left: other.left, top: other.top, right: right(other), bottom: Math.min(bottom(other), face.top) },
    { left: other.left, top: Math.max(other.top, bottom(face)), right: right(other), bottom: bottom(other) },
  ].map((strip) => {
    const left = Math.max(strip.left, area.left);
    const top = Math.max(strip.top, area.top);
    return {
      left: left - area.left,
      top: top - area.top,
      width: Math.min(strip.right, right(area)) - left,
      height: Math.min(strip.bottom, bottom(area)) - top,
    };
  });
  const seen = strips.filter(({ width, height }) => width > 0 && height > 0);
  return seen.toSorted((a, b) => b.width * b.height - a.width * a.height).slice(0, 1);
}
