import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export const RED = { r: 200, g: 30, b: 30 };
export const GREEN = { r: 30, g: 160, b: 60 };
export const BLUE = { r: 30, g: 60, b: 190 };

/** One colour throughout. */
export const plain = (width = 120, height = 90, colour: Colour = RED): Sharp =>
  sharp({ create: { width, height, channels: 3, background: colour } });

export const aJpeg = (width?: number, height?: number, colour?: Colour) =>
  plain(width, height, colour).jpeg().toBuffer();

/** Red above, and below it green at the left and blue at the right: each way of turning it looks different. */
export async function threeFields(width = 160, height = 120): Promise<Sharp> {
  const half = { width: width / 2, height: height / 2 };
  const field = (colour: Colour) => plain(half.width, half.height, colour).png().toBuffer();
  const png = await plain(width, height)
    .composite([
      { input: await field(GREEN), left: 0, top: half.height },
      { input: await field(BLUE), left: half.width, top: half.height },
    ])
    .png()
    .toBuffer();
  return sharp(png);
}

/** What nothing compresses: a JPEG of it is as large as its pixels are many. */
export const noise = (width: number, height: number): Sharp =>
  sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });

/** A small file whose header claims so many pixels. */
export function aBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(60_000_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}

/** Colours at relative places of a picture, each channel rounded to tens: what JPEG changes is less. */
export async function coloursAt(
  picture: Buffer,
  places: readonly (readonly [x: number, y: number])[],
): Promise<Colour[]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const near = (value = 0) => Math.round(value / 10) * 10;
  return places.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return { r: near(data[at]), g: near(data[at + 1]), b: near(data[at + 2]) };
  });
}
