import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { analyze } from '../../local/rekognition/engine/analyze.ts';
import type { Models } from '../../local/rekognition/engine/models.ts';
import { portrait, readManifest } from '../../samples/samples.ts';

export interface Person {
  readonly name: string;
  /** The head and shoulders, soft at the edge. */
  readonly picture: Buffer;
  readonly width: number;
  readonly height: number;
  /** In pixels of the picture. */
  readonly face: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Around the face, in face widths. */
const MARGIN = 0.9;
const MARGIN_BELOW = 1.4;

/** Portraits in a folder, or else those of the samples, of `count` people at most. */
export async function readPeople(models: Models, folder: string | undefined, count: number): Promise<Person[]> {
  const pictures = folder === undefined ? await samples() : await portraitsIn(folder);
  const step = Math.max(1, Math.floor(pictures.length / count));
  const people: Person[] = [];
  for (const [i, { name, bytes }] of pictures.entries()) {
    if (i % step === 0 && people.length < count) people.push(...(await personIn(models, name, bytes)));
  }
  return people;
}

interface Portrait {
  readonly name: string;
  readonly bytes: Buffer;
}

async function samples(): Promise<Portrait[]> {
  const manifest = await readManifest();
  return Promise.all(
    manifest.people.map(async (person) => ({ name: person.name, bytes: await portrait(manifest, person) })),
  );
}

async function portraitsIn(folder: string): Promise<Portrait[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png)$/i.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

async function personIn(models: Models, name: string, bytes: Buffer): Promise<Person[]> {
  const job = { picture: bytes, find: 'all', attributes: false, descriptors: false } as const;
  const { faces, width, height } = await analyze(models, job);
  if (faces.length === 0) return [];
  const { box } = faces[0]!;
  const face = { x: box.left * width, y: box.top * height, width: box.width * width, height: box.height * height };
  const left = Math.max(0, Math.round(face.x - MARGIN * face.width));
  const top = Math.max(0, Math.round(face.y - MARGIN * face.width));
  const right = Math.min(width, Math.round(face.x + face.width * (1 + MARGIN)));
  const bottom = Math.min(height, Math.round(face.y + face.height + MARGIN_BELOW * face.width));
  const part = { left, top, width: right - left, height: bottom - top };
  const picture = await sharp(bytes).autoOrient().extract(part).png().toBuffer();
  const moved = { ...face, x: face.x - left, y: face.y - top };
  return [{ name, picture: await softened(picture, part.width, part.height), ...part, face: moved }];
}

/** A hard edge around a head would be a clue that no photo gives. */
async function softened(picture: Buffer, width: number, height: number): Promise<Buffer> {
  const mask = `<svg width="${width}" height="${height}"><radialGradient id="soft"><stop offset="0.78" stop-color="#fff"/>
    <stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient><rect width="100%" height="100%" fill="url(#soft)"/></svg>`;
  const layer = { input: Buffer.from(mask), blend: 'dest-in' } as const;
  return sharp(picture).ensureAlpha().composite([layer]).png().toBuffer();
}
