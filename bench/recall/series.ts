import type { Shot } from './frame.ts';

export interface Series {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly shots: readonly (readonly [value: number, shot: Shot])[];
}

/** A face of 100 pixels in 1920x1080, upright and well lit. */
const PLAIN: Shot = { width: 1920, height: 1080, face: 100, roll: 0, light: 1, blur: 0, quality: 85, seed: 1 };

const vary = (values: readonly number[], change: (value: number) => Partial<Shot>): Series['shots'] =>
  values.map((value) => [value, { ...PLAIN, ...change(value) }] as const);

export const SERIES: readonly Series[] = [
  {
    name: 'size',
    title: 'Face width in 1920x1080',
    unit: 'px',
    shots: vary([16, 24, 32, 40, 60, 100], (face) => ({ face })),
  },
  {
    name: 'roll',
    title: 'Roll',
    unit: '°',
    shots: vary([0, 15, 30, 45, 60, 90, 135, 180], (roll) => ({ roll })),
  },
  {
    name: 'light',
    title: 'Brightness',
    unit: '%',
    shots: vary([5, 10, 20, 50, 100, 200], (percent) => ({ light: percent / 100 })),
  },
  {
    name: 'blur',
    title: 'Blur of a face 100 px wide',
    unit: 'px',
    shots: vary([0, 2, 4, 6, 8], (blur) => ({ blur })),
  },
  {
    name: 'quality',
    title: 'JPEG quality',
    unit: '',
    shots: vary([5, 10, 20, 40, 85], (quality) => ({ quality })),
  },
  {
    // 2 % of the longer side.
    name: 'megapixels',
    title: 'Size of the photo, faces 2 % of its longer side',
    unit: 'MP',
    shots: vary([2, 12, 48], (megapixels) => {
      const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
      return { width, height: Math.round((width * 3) / 4), face: width / 50 };
    }),
  },
];
