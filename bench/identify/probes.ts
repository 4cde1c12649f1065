import sharp, { type Sharp } from 'sharp';
import type { Person } from '../recall/people.ts';

/** How a photo of somebody differs from the enrolled portrait: a picture of the head, 200 pixels wide at the face. */
export interface Variation {
  readonly name: string;
  /** What a photo taken by somebody who means to show a person looks like; the others are worse. */
  readonly isUsual: boolean;
  change(head: Sharp): Sharp;
  /** Width of the face in pixels. */
  readonly face: number;
}

const FACE = 200;
const vary = (name: string, isUsual: boolean, face: number, change: (head: Sharp) => Sharp): Variation => ({
  name,
  isUsual,
  face,
  change,
});
const same = (head: Sharp): Sharp => head;

/** The enrolled picture itself. */
export const PORTRAIT = vary('portrait', true, FACE, same);

export const VARIATIONS: readonly Variation[] = [
  vary('80 px', true, 80, same),
  vary('60 px', true, 60, same),
  vary('40 px', false, 40, same),
  vary('32 px', false, 32, same),
  vary('24 px', false, 24, same),
  vary('mirrored', true, FACE, (head) => head.flop()),
  vary('roll 15°', true, FACE, (head) => head.rotate(15, { background: '#888' })),
  vary('dark', true, FACE, (head) => head.linear(0.3, 0)),
  vary('very dark', false, FACE, (head) => head.linear(0.06, 0)),
  vary('bright', true, FACE, (head) => head.linear(1.6, 0)),
  vary('blur 2 %', true, FACE, (head) => head.blur(4)),
  vary('blur 5 %', false, FACE, (head) => head.blur(10)),
  vary('blur 8 %', false, FACE, (head) => head.blur(16)),
];

export async function drawProbe({ picture, width, face }: Person, variation: Variation): Promise<Buffer> {
  const head = await sharp(picture)
    .flatten({ background: '#888' })
    .resize(Math.round((width * FACE) / face.width))
    .png()
    .toBuffer();
  const changed = await variation.change(sharp(head)).png().toBuffer();
  const { width: changedWidth } = await sharp(changed).metadata();
  const { data, info } = await sharp(changed)
    .resize(Math.round((changedWidth * variation.face) / FACE))
    .toBuffer({ resolveWithObject: true });
  // Rekognition takes no side below 80 pixels.
  const [right, bottom] = [info.width, info.height].map((side) => Math.max(0, 80 - side));
  return sharp(data).extend({ right: right!, bottom: bottom!, background: '#888' }).jpeg({ quality: 80 }).toBuffer();
}
