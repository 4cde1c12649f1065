import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { portrait, readManifest, samplePath } from '../../samples/samples.ts';

const manifest = await readManifest();

/** The path of a photo that this machine has. */
export const sample = (file: string) => samplePath(manifest, file);

/** One person, a group photo that she was cut from, a picture without a face, and a file that is not a picture. */
export async function somePhotos(): Promise<{ people: Record<string, Buffer>; photos: Record<string, Buffer> }> {
  const group = await readFile(sample('sample3.jpg'));
  const left = await sharp(group).extract({ left: 500, top: 200, width: 420, height: 480 }).jpeg().toBuffer();
  const plain = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#667788' } })
    .png()
    .toBuffer();
  return {
    people: { 'enroll/Zoë O+Neil/portrait 1.jpg': left },
    photos: {
      'input/a b+c 100%.jpg': group,
      'input/no picture.jpg': Buffer.from('These are words.'),
      'input/Straße/日本.png': plain,
    },
  };
}

/** Portraits of one face that differ by a row of pixels, so that each is detected and searched. */
export async function manyPhotos(count: number): Promise<Record<string, Buffer>> {
  const { people } = await somePhotos();
  const [left] = Object.values(people);
  const differing = async (index: number): Promise<[string, Buffer]> => {
    const mark = { create: { width: 1 + index, height: 1, channels: 3, background: '#000000' } } as const;
    const input = await sharp(mark).png().toBuffer();
    const photo = sharp(left).composite([{ input, left: 0, top: 0 }]);
    return [`input/burst/${index}.jpg`, await photo.jpeg().toBuffer()];
  };
  return Object.fromEntries(await Promise.all(Array.from({ length: count }, (_, index) => differing(index))));
}

/** A portrait, and two sizes of a photo that shows the same person on the left and somebody else on the right. */
export async function photosOfAPair(): Promise<{ portrait: Buffer; pair: Buffer; smaller: Buffer }> {
  const alex = manifest.people.find(({ name }) => name === 'Alex')!;
  const right = { left: 1000, top: 0, width: 920, height: 900 };
  const pair = await sharp(sample(alex.photo)).extract(right).jpeg().toBuffer();
  const smaller = await sharp(pair).resize(780).jpeg().toBuffer();
  return { portrait: await portrait(manifest, alex), pair, smaller };
}
