import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { portrait, readManifest, samplePath } from '../../samples/samples.ts';

/** Who is in the story, in folders that the commands take. */
export interface Cast {
  /** The names of those whose portraits are in `first`, and of those in `later`. */
  readonly first: readonly string[];
  readonly later: readonly string[];
  /** Whom each photo must show if it shows one face only. */
  readonly truth: ReadonlyMap<string, string>;
  /** One of `later`, of whom there are several photos. */
  readonly often: string;
}

const Photo = z.object({ file: z.string(), person: z.string().nullish(), faces: z.number() });

/** Puts portraits into `first/` and `later/`, and photos into `photos/`. */
export async function gather(folder: string, shared: string | undefined): Promise<Cast> {
  for (const name of ['first', 'later', 'photos']) await mkdir(join(folder, name), { recursive: true });
  return shared === undefined ? gatherSamples(folder) : gatherPhotos(folder, shared);
}

const nameOf = (id: string) =>
  id.replaceAll(/(?:^|[-_])([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim();

/** Real photos with a manifest. Of each person with several photos, the first is the portrait. */
async function gatherPhotos(folder: string, shared: string): Promise<Cast> {
  const manifest = z.array(Photo).parse(JSON.parse(await readFile(join(shared, 'manifest.json'), 'utf8')));
  const photos = manifest.filter(({ file }) => !file.includes('/'));
  const truth = new Map<string, string>();
  const portraits = new Map<string, string>();
  for (const { file, person, faces } of photos) {
    await copyFile(join(shared, file), join(folder, 'photos', basename(file)));
    if (!person || faces !== 1) continue;
    const name = nameOf(person);
    truth.set(file, name);
    if (!portraits.has(name)) portraits.set(name, join(shared, file));
  }
  return enrolHalf(
    folder,
    truth,
    [...portraits].map(([name, path]) => [name, () => readFile(path)]),
  );
}

async function gatherSamples(folder: string): Promise<Cast> {
  const manifest = await readManifest();
  for (const { file } of manifest.photos) await copyFile(samplePath(manifest, file), join(folder, 'photos', file));
  const people = manifest.people.map((person) => [person.name, () => portrait(manifest, person)] as const);
  return enrolHalf(folder, new Map(), people);
}

async function enrolHalf(
  folder: string,
  truth: ReadonlyMap<string, string>,
  people: readonly (readonly [string, () => Promise<Buffer>])[],
): Promise<Cast> {
  const half = Math.ceil(people.length / 2);
  for (const [at, [name, bytes]] of people.entries()) {
    await writeFile(join(folder, at < half ? 'first' : 'later', `${name}.jpg`), await bytes());
  }
  const names = people.map(([name]) => name);
  const [often, picture] = people[half]!;
  const varied = await vary(join(folder, 'photos'), await picture());
  const known = new Map([...truth, ...varied.map((file) => [file, often] as const)]);
  return { first: names.slice(0, half), later: names.slice(half), truth: known, often };
}

/** Puts photos of one person into a folder: darker, smaller, and turned. Gives their names. */
async function vary(folder: string, picture: Buffer): Promise<string[]> {
  const { width } = await sharp(picture).metadata();
  const photos = [
    sharp(picture).modulate({ brightness: 0.75 }),
    sharp(picture).resize(Math.round(width * 0.8)),
    sharp(picture).rotate(8, { background: 'grey' }),
  ];
  return Promise.all(
    photos.map(async (photo, at) => {
      const name = `varied-${at}.jpg`;
      await photo.jpeg({ quality: 90 }).toFile(join(folder, name));
      return name;
    }),
  );
}
