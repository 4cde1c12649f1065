import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { portrait, readManifest, samplePath } from '../samples/samples.ts';

const [WIDTH, HEIGHT] = [640, 480];
/** The largest side of a person in a photo. */
const SIDE = 288;
/** Keeps pixels between two steps, at no time. */
const UNCOMPRESSED = { compression: 'none' } as const;

/**
 * Draws small photos, each with two people out of the face library's sample photos. Size, place, light and mirroring of
 * a person follow from the photo's number, so no two photos have the same bytes and every run draws the same ones.
 */
export async function drawPhotos(folder: string, count: number): Promise<void> {
  const manifest = await readManifest();
  const people = await Promise.all(
    manifest.people.map(async (person) => {
      const whole = sharp(await portrait(manifest, person));
      return whole.resize({ width: SIDE, height: SIDE, fit: 'inside' }).tiff(UNCOMPRESSED).toBuffer();
    }),
  );
  const background = await readFile(samplePath(manifest, manifest.photos[0]!.file));
  const wall = await sharp(background).resize(WIDTH, HEIGHT).blur(30).tiff(UNCOMPRESSED).toBuffer();
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const left = await tile(people[number % people.length]!, number);
    const right = await tile(people[(number + 1 + (number % 3)) % people.length]!, number + 7);
    const photo = sharp(wall).composite([
      { input: left, left: number % 40, top: number % 60 },
      { input: right, left: WIDTH / 2 + (number % 30), top: (number * 3) % 60 },
    ]);
    await writeFile(join(folder, `${String(number).padStart(6, '0')}.jpg`), await photo.jpeg().toBuffer());
  }
}

/** Draws the portraits to enrol: `NAME.jpg`. */
export async function drawPeople(folder: string): Promise<void> {
  const manifest = await readManifest();
  await mkdir(folder, { recursive: true });
  for (const person of manifest.people)
    await writeFile(join(folder, `${person.name}.jpg`), await portrait(manifest, person));
}

async function tile(person: Buffer, number: number): Promise<Buffer> {
  const side = SIDE - (number % 17) * 3;
  const drawn = sharp(person)
    .resize({ width: side, height: side, fit: 'inside' })
    .linear(0.85 + (number % 31) / 100, number % 41);
  return (number % 2 === 0 ? drawn : drawn.flop()).tiff(UNCOMPRESSED).toBuffer();
}
