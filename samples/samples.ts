import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Share = z.number().min(0).max(1);

/**
 * The sample photos of an installed package, the people in them, and the one portrait that each person is enrolled
 * from. The names are made up, because nobody knows who the people are. Robin is in two photos.
 */
const Manifest = z.strictObject({
  package: z.string(),
  folder: z.string(),
  people: z.array(
    z.strictObject({
      name: z.string(),
      photo: z.string(),
      /** The part of the photo that shows only this person, as ratios of its width and height. */
      crop: z.strictObject({ left: Share, top: Share, width: Share, height: Share }),
    }),
  ),
  photos: z.array(
    z.strictObject({
      file: z.string(),
      /** Every visible face, given as a point inside it. */
      faces: z.array(
        z.strictObject({
          x: Share,
          y: Share,
          person: z.string().optional(),
          /** Eyes shut and turned away: people disagree about who it is too. */
          unsure: z.literal(true).optional(),
        }),
      ),
    }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;

export async function readManifest(): Promise<Manifest> {
  return Manifest.parse(JSON.parse(await readFile(new URL('manifest.json', import.meta.url), 'utf8')));
}

export function samplePath(manifest: Manifest, file: string): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve(`${manifest.package}/package.json`)), manifest.folder, file);
}

/** Cuts the photo of one person out of a sample. Gives the same bytes every time. */
export async function portrait(manifest: Manifest, { photo, crop }: Manifest['people'][number]): Promise<Buffer> {
  // On demand, because every command imports this file.
  const { default: sharp } = await import('sharp');
  const picture = sharp(await readFile(samplePath(manifest, photo)));
  const { width, height } = await picture.metadata();
  return picture
    .extract({
      left: Math.round(crop.left * width),
      top: Math.round(crop.top * height),
      width: Math.round(crop.width * width),
      height: Math.round(crop.height * height),
    })
    .jpeg({ quality: 92 })
    .toBuffer();
}
