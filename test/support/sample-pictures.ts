import sharp, { type Sharp } from 'sharp';
import { readManifest, samplePath } from '../../samples/samples.ts';
import { aJpeg } from './pictures.ts';

/** A part of a picture, each measure from 0 to 1. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface SamplePictures {
  /** Robin alone, as a JPEG. */
  readonly robin: Buffer;
  /** Robin and somebody else, as a WebP, which the pipeline has to convert. */
  readonly pair: Buffer;
  /** Robin alone in another photo. */
  readonly solo: Buffer;
  readonly nobody: Buffer;
  readonly broken: Buffer;
}

/** Parts of the sample photos, scaled down as far as their faces are still found. */
export async function makeSamplePictures(): Promise<SamplePictures> {
  const manifest = await readManifest();
  const part = async (file: string, { left, top, width, height }: Part, side: number): Promise<Sharp> => {
    const photo = sharp(samplePath(manifest, file));
    const whole = await photo.metadata();
    const [x, y] = [
      (ratio: number) => Math.round(ratio * whole.width),
      (ratio: number) => Math.round(ratio * whole.height),
    ];
    return photo.extract({ left: x(left), top: y(top), width: x(width), height: y(height) }).resize(side);
  };
  const robin = await (
    await part('sample3.jpg', { left: 0.47, top: 0.04, width: 0.29, height: 0.44 }, 240)
  )
    .jpeg()
    .toBuffer();
  const solo = await (
    await part('sample1.jpg', { left: 0.64, top: 0, width: 0.36, height: 0.6 }, 240)
  )
    .jpeg()
    .toBuffer();
  return {
    robin,
    pair: await (await part('sample1.jpg', { left: 0.36, top: 0, width: 0.64, height: 1 }, 480)).webp().toBuffer(),
    solo,
    nobody: await aJpeg(96, 96, { r: 200, g: 180, b: 160 }),
    broken: solo.subarray(0, solo.length / 2),
  };
}
