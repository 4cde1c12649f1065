import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FormatEnum } from 'sharp';
import { sha256 } from '../call-log.ts';
import { readManifest, samplePath } from '../../samples/samples.ts';
import type { PictureReference } from '../../schemas/case.ts';
import { aBomb, plain } from '../../test/support/pictures.ts';

/** What a case refers to: the sample photo itself, or else one that a task takes for the same. */
export async function pictureFor(reference: PictureReference): Promise<Buffer> {
  return (await sampleOf(reference)) ?? (await standIn(reference));
}

let samples: Promise<Map<string, Buffer>> | undefined;

async function sampleOf({ sha256: wanted }: PictureReference): Promise<Buffer | undefined> {
  samples ??= readSamples();
  return (await samples).get(wanted);
}

async function readSamples(): Promise<Map<string, Buffer>> {
  const folder = join(samplePath(await readManifest(), '.'));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jpg'));
  const read = await Promise.all(files.map((name) => readFile(join(folder, name))));
  return new Map(read.map((bytes) => [sha256(bytes), bytes]));
}

/** One colour, of the same format, size in pixels and orientation; as broken, or as little of a picture. */
async function standIn(reference: PictureReference): Promise<Buffer> {
  const { kind, width = 0, height = 0, format = '', orientation } = reference;
  if (kind === 'no picture') return Buffer.alloc(Math.min(reference.size, 1000), 'no picture ');
  if (width * height > 50_000_000) return aBomb(width, height);
  const image = plain(width, height).toFormat(format as keyof FormatEnum);
  const bytes = await (orientation === undefined ? image : image.withMetadata({ orientation })).toBuffer();
  return kind === 'broken picture' ? bytes.subarray(0, bytes.length * 0.6) : bytes;
}
