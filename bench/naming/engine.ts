import {
  DESCRIPTOR_LENGTH,
  type Analysis,
  type Face,
  type FaceEngine,
  type Job,
} from '../../local/rekognition/engine/types.ts';
import { CLEAR } from '../../test/support/coloured-faces.ts';
import { randomFrom } from '../recall/frame.ts';
import { look, type Shown } from './pictures.ts';

/** How far two people are apart, as face-api's descriptors are: no pair of them is similar. */
const APART = 0.9;
/** How far a picture is from its person. Two pictures are the root of two times as far apart: mostly 0.28 to 0.45. */
const SPREAD = { least: 0.2, most: 0.32, poor: 0.4 };
/** One picture in fifty is poor: it is like the others of its person, but not enough for every one of them. */
const POOR = 1 / 50;
/** The take that people are enrolled from beforehand. It is so unlike that its person is only suggested. */
export const OLD_PORTRAIT = 63;
const OLD = 0.46;

/**
 * An engine that reads from the drawn faces who they are, and gives vectors as far apart as those of real faces. So it
 * is known whether each face was named right. All that follows from the vectors is real: search, groups, suggestions.
 */
export const drawnEngine = (): FaceEngine => ({
  ready: Promise.resolve(),
  close: async () => {},
  analyze: async ({ picture }: Job): Promise<Analysis> => {
    const { faces, width, height } = await look(picture);
    return {
      width,
      height,
      faces: faces.map(({ box, ...shown }): Face => ({ ...CLEAR, box, descriptor: vectorOf(shown) })),
    };
  },
});

function vectorOf({ person, take }: Shown): Float32Array {
  const own = direction(randomFrom(1000 + person));
  const random = randomFrom(100_000 + person * 100 + take);
  const away = direction(random);
  const far = farness(take, random());
  return Float32Array.from(own, (value, at) => (APART / Math.SQRT2) * value + far * away[at]!);
}

function farness(take: number, dice: number): number {
  if (take === OLD_PORTRAIT) return OLD;
  return dice < POOR ? SPREAD.poor : SPREAD.least + (SPREAD.most - SPREAD.least) * ((dice - POOR) / (1 - POOR));
}

/** A random direction of length 1. */
function direction(random: () => number): number[] {
  const values = Array.from({ length: DESCRIPTOR_LENGTH }, () => {
    // Box and Muller: a normal distribution has no direction of its own.
    return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  });
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
