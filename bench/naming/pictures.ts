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
  const drawn = faces.map((face, at) => cellOf(face, (at % columns) * CELL, Math.floor(at / columns) * CELL));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: '#555' }).jpeg({ quality: 95 }).toBuffer();
}

function cellOf({ person, take }: Shown, left: number, top: number): string {
  const middle = CELL / 2;
  const shape = [
    `<ellipse cx="${middle}" cy="${middle}" rx="66" ry="84" fill="#e0b090"/>`,
    `<circle cx="${middle - CHEEK}" cy="${middle}" r="26" fill="${colourOf(person)}"/>`,
    `<circle cx="${middle + CHEEK}" cy="${middle}" r="26" fill="${colourOf(take)}"/>`,
    `<circle cx="${middle - 24}" cy="${middle - 44}" r="8"/><circle cx="${middle + 24}" cy="${middle - 44}" r="8"/>`,
    `<path d="M${middle - 28} ${middle + 46}q28 20 56 0" stroke="#a33" stroke-width="6" fill="none"/>`,
  ];
  return `<g transform="translate(${left},${top})">${shape.join('')}</g>`;
}

/** From the middle of a face to the middle of a cheek, in pixels. */
const CHEEK = 34;
const LEVELS = [32, 96, 160, 224];

/** Colours that JPEG does not confuse, for numbers up to 63. */
const colourOf = (number: number) =>
  `rgb(${[16, 4, 1].map((unit) => LEVELS[Math.floor(number / unit) % 4]).join(',')})`;

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
