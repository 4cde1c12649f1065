import type { HeifImage } from 'libheif-js/wasm-bundle.js';
import { ImageError } from '../runtime/errors.ts';

interface Decoded {
  readonly pixels: Buffer;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 4 };
}

/** Brands of HEVC-coded files. AVIF has brands of its own and is decoded by sharp. */
const BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

export function isHeic(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  const size = Math.min(bytes.readUInt32BE(0), bytes.length, 256);
  const brands: string[] = bytes.toString('latin1', 8, size).match(/.{4}/gs) ?? [];
  return !brands.includes('avif') && !brands.includes('avis') && BRANDS.has(brands[0] ?? '');
}

/**
 * Decodes the first picture of a HEIC file, upright: the decoder applies the file's rotation. Undefined for other
 * files.
 */
export async function decodeHeic(bytes: Buffer, maxPixels: number): Promise<Decoded | undefined> {
  if (!isHeic(bytes)) return undefined;
  // Loaded on demand: it is 1.5 MB of WebAssembly.
  const { default: libheif } = await import('libheif-js/wasm-bundle.js');
  let image: HeifImage | undefined;
  try {
    image = new libheif.HeifDecoder().decode(bytes)[0];
    if (!image) throw new Error('no picture in the file');
    const [width, height] = [image.get_width(), image.get_height()];
    if (width * height > maxPixels) {
      throw new ImageError(
        'ImageTooManyPixels',
        `The header claims ${width} x ${height} pixels; at most ${maxPixels} are decoded. Scale the photo down.`,
      );
    }
    const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
    await display(image, target);
    return { pixels: Buffer.from(target.data.buffer), info: { width, height, channels: 4 } };
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError('ImageCorrupt', 'The HEIC photo cannot be decoded. Export it as JPEG and upload that.', {
      cause: error,
    });
  } finally {
    image?.free();
  }
}

function display(image: HeifImage, target: { data: Uint8ClampedArray; width: number; height: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    image.display(target, (result) => (result ? resolve() : reject(new Error('the pixels cannot be decoded'))));
  });
}
