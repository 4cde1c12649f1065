import sharp from 'sharp';
import { RefusedPicture } from './types.ts';

// One picture a worker at a time: libvips' own cache and threads would only add memory.
sharp.cache(false);
sharp.concurrency(1);

/** Interleaved RGB, one byte a channel. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface Picture extends Pixels {
  /** Before it was scaled down. */
  originalWidth: number;
  originalHeight: number;
}

/** Faces that are found at all (40 px in 1920x1080) keep 33 px at this size, and a picture takes 8 MB. */
const LONGEST_SIDE = 1600;
const SMALLEST_SIDE = 80;
/** A 64 KB PNG can claim 60000x60000. Larger than any camera's picture, small enough to stream through. */
const MOST_PIXELS = 200_000_000;

/** Decodes as the service does: JPEG is rotated by its EXIF, PNG never is. */
export async function decode(bytes: Uint8Array): Promise<Picture> {
  const { format, width, height, orientation } = await readHeader(bytes);
  const turned = format === 'jpeg' && (orientation ?? 1) >= 5;
  const source = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'truncated' });
  if (format === 'jpeg') source.autoOrient();
  try {
    const { data, info } = await source
      .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const [originalWidth, originalHeight] = turned ? [height, width] : [width, height];
    return { data: inRgb(data, info.channels), width: info.width, height: info.height, originalWidth, originalHeight };
  } catch {
    throw new RefusedPicture('format', 'The picture is damaged.');
  }
}

/** The header alone decides, before a pixel is decoded. */
async function readHeader(bytes: Uint8Array) {
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (header?.format !== 'jpeg' && header?.format !== 'png') throw new RefusedPicture('format', 'Not a JPEG or a PNG.');
  const { width, height } = header;
  const size = `The picture is ${width}x${height} pixels`;
  if (Math.min(width, height) < SMALLEST_SIDE) {
    throw new RefusedPicture('too-small', `${size}, at least ${SMALLEST_SIDE}x${SMALLEST_SIDE} are needed.`);
  }
  if (width * height > MOST_PIXELS) throw new RefusedPicture('too-large', `${size}, at most ${MOST_PIXELS} are read.`);
  return header;
}

function inRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3) * channels]!;
  return rgb;
}

export async function scale(picture: Pixels, width: number, height: number): Promise<Uint8Array> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  return sharp(picture.data, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
}
