import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FormatEnum } from 'sharp';
import { readManifest, samplePath } from '../../samples/samples.ts';
import type { PictureReference } from '../../schemas/case.ts';
import { sha256 } from '../sha256.ts';
import { decompressionBomb, plainPicture } from './drawn-pictures.ts';

/** The picture that a case refers to if it is a sample photo, or else a substitute that the tasks treat the same. */
export async function pictureFor(reference: PictureReference): Promise<Buffer> {
  return (await findSample(reference)) ?? (await drawSubstitute(reference));
}

let samples: Promise<Map<string, Buffer>> | undefined;

async function findSample(reference: PictureReference): Promise<Buffer | undefined> {
  samples ??= readSamples();
  return (await samples).get(reference.sha256);
}

async function readSamples(): Promise<Map<string, Buffer>> {
  const folder = join(samplePath(await readManifest(), '.'));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jpg'));
  const read = await Promise.all(files.map((name) => readFile(join(folder, name))));
  return new Map(read.map((bytes) => [sha256(bytes), bytes]));
}

/** Of larger pictures only the header is made. */
const MAX_DRAWN_PIXELS = 50_000_000;

/** Of one colour, with the same format, size in pixels, orientation and kind. */
async function drawSubstitute(reference: PictureReference): Promise<Buffer> {
  const { kind, width = 0, height = 0, format = '', orientation } = reference;
  if (kind === 'no picture') return Buffer.alloc(Math.min(reference.size, 1000), 'no picture ');
  if (width * height > MAX_DRAWN_PIXELS) return decompressionBomb(width, height);
  const image = plainPicture(width, height).toFormat(format as keyof FormatEnum);
  const bytes = await (orientation === undefined ? image : image.withMetadata({ orientation })).toBuffer();
  return kind === 'broken picture' ? bytes.subarray(0, bytes.length * 0.6) : bytes;
}
