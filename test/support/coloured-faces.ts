import sharp from 'sharp';
import {
  DESCRIPTOR_LENGTH,
  type Analysis,
  type Face,
  type FaceEngine,
  type Job,
} from '../../local/rekognition/engine/types.ts';

/** Colours that JPEG cannot confuse. Each stands for a person. */
const COLOURS = {
  red: { r: 220, g: 30, b: 30 },
  green: { r: 30, g: 220, b: 30 },
  blue: { r: 30, g: 30, b: 220 },
  yellow: { r: 220, g: 220, b: 30 },
} as const;
export type Colour = keyof typeof COLOURS;

const SIDE = 240;

/** A photo of these people side by side. The shade makes pictures of the same people differ. */
export function aPhotoOf(people: readonly Colour[], shade = 0): Promise<Buffer> {
  const square = (colour: Colour, at: number) => ({
    input: { create: { width: SIDE, height: SIDE - shade, channels: 3 as const, background: COLOURS[colour] } },
    left: at * SIDE,
    top: 0,
  });
  return sharp({ create: { width: people.length * SIDE, height: SIDE, channels: 3, background: '#888888' } })
    .composite(people.map(square))
    .jpeg()
    .toBuffer();
}

/**
 * An engine that sees a face in each coloured square: for tests of what becomes of results, where real faces would only
 * cost time. Anything that is not as high as a photo is a crop with one face.
 */
export const colouredEngine = (): FaceEngine => ({
  ready: Promise.resolve(),
  close: async () => {},
  analyze: async ({ picture }: Job): Promise<Analysis> => {
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const count = height === SIDE ? width / SIDE : 1;
    const faces = Array.from({ length: count }, (_, at): Face => {
      const x = Math.floor(((at + 0.5) / count) * width);
      const pixel = (Math.floor(height / 2) * width + x) * channels;
      const code = [0, 1, 2].reduce((sum, channel) => sum * 2 + Number((data[pixel + channel] ?? 0) > 128), 0);
      // A little larger from left to right, so that their order is certain.
      const size = 0.5 + at * 0.02;
      const box = { left: (at + (1 - size) / 2) / count, top: (1 - size) / 2, width: size / count, height: size };
      return { ...CLEAR, box, descriptor: descriptorOf(code) };
    });
    return { faces, width, height };
  },
});

export const CLEAR: Omit<Face, 'box'> = {
  confidence: 0.99,
  pixels: 120,
  landmarks: Array.from({ length: 68 }, () => ({ x: 0.5, y: 0.5 })),
  pose: { roll: 0, yaw: 0 },
  gaps: { lids: 0.3, lips: 0 },
  quality: { brightness: 80, sharpness: 90 },
};

/** Two colours are 0.58 apart: a similarity of about 40, so that each is a candidate for the other. */
function descriptorOf(code: number): Float32Array {
  const descriptor = new Float32Array(DESCRIPTOR_LENGTH);
  descriptor[code] = 0.41;
  return descriptor;
}
