import sharp from 'sharp';
import type { Box } from '../../local/rekognition/engine/types.ts';

/** Pixels of the square that one face has for itself. */
const CELL = 240;
/** Faces in a row, and rows, of one photo. */
const [COLUMNS, ROWS] = [5, 4];
export const IN_PHOTO = COLUMNS * ROWS;
/** The part of its square that is a face: a crop, padded by a third on each side, shows no other. */
const FACE = 0.55;

/** Who is shown, and which picture of them. */
export interface Shown {
  readonly person: number;
  readonly take: number;
}

/** A photo of twenty drawn faces. The colours of its cheeks say whose face it is, and which picture of them. */
export const photoOf = (faces: readonly Shown[]): Promise<Buffer> => draw(faces, COLUMNS, ROWS);

/** A picture of one drawn face. */
export const portraitOf = (face: Shown): Promise<Buffer> => draw([face], 1, 1);

function draw(faces: readonly Shown[], columns: number, rows: number): Promise<Buffer> {
  const [width, height] = [columns * CELL, rows * CELL];
  const data = Buffer.alloc(width * height * 3, 0x55);
  for (const [at, face] of faces.entries()) {
    const [left, top] = [(at % columns) * CELL, Math.floor(at / columns) * CELL];
    for (let y = 0; y < CELL; y += 1) {
      for (let x = 0; x < CELL; x += 1) {
        const colour = colourAt(face, x - CELL / 2, y - CELL / 2);
        if (colour) data.set(colour, ((top + y) * width + left + x) * 3);
      }
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

type Colour = readonly [number, number, number];

/** Of a point of a face, from its middle in pixels. */
function colourAt({ person, take }: Shown, x: number, y: number): Colour | undefined {
  const isWithin = (at: readonly [number, number], radius: number) => Math.hypot(x - at[0], y - at[1]) < radius;
  if (isWithin([-CHEEK, 0], 26)) return colourOf(person);
  if (isWithin([CHEEK, 0], 26)) return colourOf(take);
  if (isWithin([-24, -44], 8) || isWithin([24, -44], 8)) return [0, 0, 0];
  if (y > 50 && Math.abs(Math.hypot(x, y - 20) - 40) < 4) return [160, 40, 40];
  return Math.hypot(x / 66, y / 84) < 1 ? [224, 176, 144] : undefined;
}

/** From the middle of a face to the middle of a cheek, in pixels. */
const CHEEK = 34;
const LEVELS = [32, 96, 160, 224];

/** Colours that JPEG does not confuse, for numbers up to 63. */
const colourOf = (number: number): Colour => [levelAt(number / 16), levelAt(number / 4), levelAt(number)];
const levelAt = (number: number) => LEVELS[Math.floor(number) % 4]!;

export interface Seen extends Shown {
  readonly box: Box;
}

/** Reads the faces of a photo, of a portrait, or of a crop of either. */
export async function look(picture: Uint8Array): Promise<{ faces: Seen[]; width: number; height: number }> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const isPhoto = width === COLUMNS * CELL && height === ROWS * CELL;
  const [columns, rows] = isPhoto ? [COLUMNS, ROWS] : [1, 1];
  const cell = { width: width / columns, height: height / rows };
  // A crop is less than its square, and shows the face as large as it was.
  const face = Math.min(1, (FACE * CELL) / cell.width);
  const numberAt = (x: number, y: number) => {
    const at = (Math.round(y) * width + Math.round(x)) * 3;
    return [0, 1, 2].reduce((sum, channel) => sum * 4 + levelOf(data[at + channel]!), 0);
  };
  const faces = Array.from({ length: columns * rows }, (_, at): Seen => {
    const middle = { x: ((at % columns) + 0.5) * cell.width, y: (Math.floor(at / columns) + 0.5) * cell.height };
    const size = { width: face * cell.width, height: face * cell.height };
    return {
      person: numberAt(middle.x - CHEEK, middle.y),
      take: numberAt(middle.x + CHEEK, middle.y),
      box: {
        left: (middle.x - size.width / 2) / width,
        top: (middle.y - size.height / 2) / height,
        width: size.width / width,
        height: size.height / height,
      },
    };
  });
  return { faces, width, height };
}

const levelOf = (value: number) =>
  LEVELS.reduce((best, level, at) => (Math.abs(level - value) < Math.abs(LEVELS[best]! - value) ? at : best), 0);
