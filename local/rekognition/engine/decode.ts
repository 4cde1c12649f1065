import sharp from 'sharp';
import { RefusedPicture } from './types.ts';

// Each worker decodes one picture at a time, so libvips' own cache and threads would only cost memory.
sharp.cache(false);
sharp.concurrency(1);

/** Interleaved RGB, one byte a channel. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface Picture extends Pixels {
  /** Size before scaling down. */
  originalWidth: number;
  originalHeight: number;
}

/** The smallest detectable face (40 px in 1920x1080) keeps 33 px at this size, and a picture takes 8 MB. */
const MAX_SIDE = 1920;
const MIN_SIDE = 80;
/** Larger than any camera's picture, small enough to stream. A 64 KB PNG can claim 60000x60000. */
const MAX_PIXELS = 200_000_000;

/** Decodes as the service does: a JPEG is rotated by its EXIF orientation, a PNG never is. */
export async function decode(bytes: Uint8Array): Promise<Picture> {
  const { format, width, height, orientation } = await readHeader(bytes);
  const isRotated = format === 'jpeg' && (orientation ?? 1) >= 5;
  const source = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
  if (format === 'jpeg') source.autoOrient();
  try {
    const { data, info } = await source
      .resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', withoutEnlargement: true })
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const [originalWidth, originalHeight] = isRotated ? [height, width] : [width, height];
    return { data: toRgb(data, info.channels), width: info.width, height: info.height, originalWidth, originalHeight };
  } catch {
    throw new RefusedPicture('format', 'The picture is damaged.');
  }
}

/** Refuses a picture by its header alone, before any pixel is decoded. */
async function readHeader(bytes: Uint8Array) {
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (header?.format !== 'jpeg' && header?.format !== 'png') throw new RefusedPicture('format', 'Not a JPEG or a PNG.');
  const { width, height } = header;
  const size = `The picture is ${width}x${height} pixels`;
  if (Math.min(width, height) < MIN_SIDE) {
    throw new RefusedPicture('too-small', `${size}, at least ${MIN_SIDE}x${MIN_SIDE} are needed.`);
  }
  if (width * height > MAX_PIXELS) throw new RefusedPicture('too-large', `${size}, at most ${MAX_PIXELS} are read.`);
  return header;
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3) * channels]!;
  return rgb;
}

export async function resize(picture: Pixels, width: number, height: number): Promise<Uint8Array> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  return sharp(picture.data, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
}

/** The picture turned clockwise by right angles. */
export async function turn(picture: Pixels, degrees: number): Promise<Pixels> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const { data, info } = await sharp(picture.data, { raw }).rotate(degrees).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

export interface Part {
  left: number;
  top: number;
  width: number;
  height: number;
}

export async function cut(picture: Pixels, part: Part): Promise<Pixels> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const data = await sharp(picture.data, { raw }).extract(part).raw().toBuffer();
  return { data, width: part.width, height: part.height };
}
