import { createHash } from 'node:crypto';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { ImageError } from '../runtime/errors.ts';
import { decodeHeic } from './heic.ts';

// A container handles one photo at a time, so a cache of pixels would only waste memory.
sharp.cache(false);
// SVG and PDF are programs for a renderer and no photos.
sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadPdf', 'VipsForeignLoadMagick'] });

/** Rekognition's limit for a picture in S3. */
const MAX_BYTES = 15_728_640;
/** Rekognition requires at least 80 pixels on each side. */
const MIN_SIDE = 80;
/** Decoded, this is 800 MB of RGB, which fits into a function of 2 GB. It also limits decompression bombs. */
const MAX_PIXELS = 268_000_000;
/** HEIC is decoded to RGBA beside the decoder's own planes: 600 MB. */
const MAX_HEIC_PIXELS = 100_000_000;
/**
 * The longer side of a copy. It keeps the copy far below 15 MB. Rekognition finds no face in the copy less than in the
 * original: the smallest that it finds is 40 pixels at 1920 x 1080 and grows with the picture, 85 pixels at 4096
 * (Rekognition Developer Guide, "Recommendations for facial comparison input images").
 */
const COPY_SIDE = 4096;
const COPY_QUALITY = 92;
/** Larger objects are not read. */
const MAX_OBJECT_BYTES = 200_000_000;

export interface NormalizedPicture {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly sha256: string;
  /** An upright JPEG copy, if Rekognition does not accept the object as it is. */
  readonly copy?: Buffer;
}

/** Refuses an object by its size, before it is read. */
export function checkSize(size: number): void {
  if (size === 0) throw new ImageError('ImageEmpty', 'The object has no bytes. Upload the photo again.');
  if (size > MAX_OBJECT_BYTES) {
    throw new ImageError(
      'ImageTooManyBytes',
      `The object has ${size} bytes; at most ${MAX_OBJECT_BYTES} are read. Upload a smaller copy.`,
    );
  }
}

/** Detects the real format, refuses by the header what cannot be decoded, and makes the picture upright. */
export async function normalize(bytes: Buffer): Promise<NormalizedPicture> {
  checkSize(bytes.length);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { source, header, format } = await readPicture(bytes);
  if (format !== 'heic' && takenAsItIs(header, bytes.length)) {
    await checkPixels(source());
    return { width: header.width, height: header.height, format, sha256 };
  }
  return { ...(await copyOf(source())), format, sha256 };
}

/**
 * A JPEG without metadata, upright, with at most so many pixels a side. Reads and refuses what `normalize` does, but
 * decodes the picture once, and a JPEG no larger than it has to be: a tenth of the time for a photo that EXIF turns.
 */
export async function scale(bytes: Buffer, side: number, quality: number): Promise<Buffer> {
  checkSize(bytes.length);
  const { source } = await readPicture(bytes);
  try {
    return await uprightJpeg(source(), side, quality).toBuffer();
  } catch (error) {
    throw corrupt(error);
  }
}

const uprightJpeg = (image: Sharp, side: number, quality: number) =>
  image
    .rotate()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .jpeg({ quality, mozjpeg: false });

interface Picture {
  readonly source: () => Sharp;
  readonly header: Metadata;
  readonly format: string;
}

async function readPicture(bytes: Buffer): Promise<Picture> {
  const decoded = await decodeHeic(bytes, MAX_HEIC_PIXELS);
  const source = () => (decoded ? sharp(decoded.pixels, { raw: decoded.info }) : open(bytes));
  const header = await readHeader(source);
  checkHeader(header);
  return { source, header, format: decoded ? 'heic' : formatOf(header) };
}

const open = (bytes: Buffer) => sharp(bytes, { limitInputPixels: false, failOn: 'truncated', pages: 1 });

async function readHeader(source: () => Sharp): Promise<Metadata> {
  try {
    return await source().metadata();
  } catch (error) {
    throw new ImageError(
      'ImageFormatUnsupported',
      'The object is not a picture that can be read. Upload a JPEG, PNG, WebP, AVIF, TIFF, GIF or HEIC photo.',
      { cause: error },
    );
  }
}

function checkHeader({ width, height }: Metadata): void {
  if (width * height > MAX_PIXELS) {
    throw new ImageError(
      'ImageTooManyPixels',
      `The header claims ${width} x ${height} pixels; at most ${MAX_PIXELS} are decoded. Scale the photo down.`,
    );
  }
  if (Math.min(width, height) < MIN_SIDE) {
    throw new ImageError(
      'ImageTooSmall',
      `The picture is ${width} x ${height} pixels; each side needs ${MIN_SIDE}. Upload the original.`,
    );
  }
}

/** sharp calls both AVIF and HEIC "heif", after their common container. */
const formatOf = ({ format, compression }: Metadata) =>
  format === 'heif' ? (compression === 'av1' ? 'avif' : 'heic') : format;

/**
 * Rekognition applies EXIF orientation to JPEG but not to PNG. To have one frame for all tasks, no picture keeps an
 * orientation.
 */
function takenAsItIs({ format, orientation = 1, space, depth, pages = 1 }: Metadata, size: number): boolean {
  const plain = orientation === 1 && depth === 'uchar' && (space === 'srgb' || space === 'b-w') && pages === 1;
  return plain && size <= MAX_BYTES && (format === 'jpeg' || format === 'png');
}

/**
 * Decodes the whole file, to find a truncated one before a paid call. At a small size, because JPEG then decodes
 * faster.
 */
async function checkPixels(image: Sharp): Promise<void> {
  try {
    await image.resize(128, 128, { fit: 'inside' }).raw().toBuffer();
  } catch (error) {
    throw corrupt(error);
  }
}

async function copyOf(image: Sharp): Promise<{ width: number; height: number; copy: Buffer }> {
  try {
    const { data, info } = await uprightJpeg(image, COPY_SIDE, COPY_QUALITY).toBuffer({ resolveWithObject: true });
    if (Math.min(info.width, info.height) < MIN_SIDE) {
      throw new ImageError(
        'ImageTooSmall',
        `Scaled to fit, the picture is ${info.width} x ${info.height} pixels; each side needs ${MIN_SIDE}. Crop it.`,
      );
    }
    return { width: info.width, height: info.height, copy: data };
  } catch (error) {
    throw error instanceof ImageError ? error : corrupt(error);
  }
}

const corrupt = (cause: unknown) =>
  new ImageError('ImageCorrupt', 'The picture breaks off or is damaged. Upload it again from the original.', { cause });
