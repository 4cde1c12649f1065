import { createCipheriv } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { plainPicture, type Colour } from '../../recording/replay/drawn-pictures.ts';

export const GREEN: Colour = { r: 30, g: 160, b: 60 };
export const BLUE: Colour = { r: 30, g: 60, b: 190 };

export const aJpeg = (width?: number, height?: number, colour?: Colour) =>
  plainPicture(width, height, colour).jpeg().toBuffer();

/** Red above, green below left, blue below right: every orientation looks different. */
export async function threeFields(width = 160, height = 120): Promise<Sharp> {
  const half = { width: width / 2, height: height / 2 };
  const field = (colour: Colour) => plainPicture(half.width, half.height, colour).png().toBuffer();
  const png = await plainPicture(width, height)
    .composite([
      { input: await field(GREEN), left: 0, top: half.height },
      { input: await field(BLUE), left: half.width, top: half.height },
    ])
    .png()
    .toBuffer();
  return sharp(png);
}

/** Noise, which does not compress: the size of a JPEG of it grows with its pixels. The same in every run. */
export function noise(width: number, height: number): Sharp {
  const keystream = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  return sharp(keystream.update(Buffer.alloc(width * height * 3)), { raw: { width, height, channels: 3 } });
}

/** Colours at points of a picture, given from 0 to 1. Channels are rounded to tens, because JPEG changes them slightly. */
export async function coloursAt(
  picture: Buffer,
  points: readonly (readonly [x: number, y: number])[],
): Promise<Colour[]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const rounded = (value = 0) => Math.round(value / 10) * 10;
  return points.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return { r: rounded(data[at]), g: rounded(data[at + 1]), b: rounded(data[at + 2]) };
  });
}
