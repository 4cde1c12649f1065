import sharp, { type OverlayOptions } from 'sharp';
import type { Box } from '../../local/rekognition/engine/types.ts';
import type { Person } from './people.ts';

/** How a frame is made. Everything else follows from `seed`, so every run draws the same frames. */
export interface Shot {
  readonly width: number;
  readonly height: number;
  /** Width of every face in pixels. */
  readonly face: number;
  /** Degrees clockwise. */
  readonly roll: number;
  /** Factor of every pixel. */
  readonly light: number;
  /** Sigma of a Gaussian in pixels of the frame; 0 for none. */
  readonly blur: number;
  /** Of the JPEG, 1 to 100. */
  readonly quality: number;
  readonly seed: number;
}

/** A face's centre and width, in fractions of the frame's width and height. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Frame {
  readonly jpeg: Buffer;
  readonly places: readonly Place[];
}

/** Puts the people on a background in rows, each at a place of its own within its cell. */
export async function drawFrame(background: Buffer, people: readonly Person[], shot: Shot): Promise<Frame> {
  const { width, height } = shot;
  const random = randomFrom(shot.seed);
  const columns = Math.ceil(Math.sqrt((people.length * width) / height));
  const cell = { width: width / columns, height: height / Math.ceil(people.length / columns) };
  const layers: OverlayOptions[] = [];
  const places: Place[] = [];
  for (const [i, person] of people.entries()) {
    const head = await drawHead(person, shot);
    const spread = (room: number, size: number) => (random() - 0.5) * Math.max(0, room - size);
    const x = ((i % columns) + 0.5) * cell.width + spread(cell.width, head.width);
    const y = (Math.floor(i / columns) + 0.5) * cell.height + spread(cell.height, head.height);
    const left = Math.round(Math.max(0, Math.min(width - head.width, x - head.width / 2)));
    const top = Math.round(Math.max(0, Math.min(height - head.height, y - head.height / 2)));
    layers.push({ input: head.input, left, top });
    places.push({ x: (left + head.x) / width, y: (top + head.y) / height, width: shot.face / width });
  }
  const drawn = sharp(background).resize(width, height, { fit: 'cover' }).removeAlpha().composite(layers);
  let photo = sharp(await drawn.png({ compressionLevel: 0 }).toBuffer(), { limitInputPixels: false }).linear(
    shot.light,
    0,
  );
  if (shot.blur > 0) photo = photo.blur(shot.blur);
  return { jpeg: await photo.jpeg({ quality: shot.quality }).toBuffer(), places };
}

/** The box has its centre within the face, and half to twice its width. */
export function isOn(place: Place, box: Box, { width, height }: Shot): boolean {
  const dx = (box.left + box.width / 2 - place.x) * width;
  const dy = (box.top + box.height / 2 - place.y) * height;
  const share = box.width / place.width;
  return Math.hypot(dx, dy) < 0.5 * place.width * width && share > 0.5 && share < 2;
}

/** The head at the size and roll of the shot, and the place of the face's centre on it. */
async function drawHead({ picture, width, height, face }: Person, { face: size, roll }: Shot) {
  const scale = size / face.width;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  const scaled = await sharp(picture).resize(w, h, { fit: 'fill' }).png().toBuffer();
  const nothing = { r: 0, g: 0, b: 0, alpha: 0 };
  const { data, info } = await sharp(scaled)
    .rotate(roll, { background: nothing })
    .png()
    .toBuffer({ resolveWithObject: true });
  const angle = (roll * Math.PI) / 180;
  const dx = (face.x + face.width / 2) * scale - w / 2;
  const dy = (face.y + face.height / 2) * scale - h / 2;
  const x = info.width / 2 + dx * Math.cos(angle) - dy * Math.sin(angle);
  const y = info.height / 2 + dx * Math.sin(angle) + dy * Math.cos(angle);
  return { input: data, width: info.width, height: info.height, x, y };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
