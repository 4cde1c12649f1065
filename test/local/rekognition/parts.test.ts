import { expect, test } from 'vitest';
import { qualityOf } from '../../../local/rekognition/engine/measure.ts';
import type { Face } from '../../../local/rekognition/engine/types.ts';
import { faceDetail } from '../../../local/rekognition/face-detail.ts';
import { type QualityFilter, qualityReasons } from '../../../local/rekognition/quality-filter.ts';
import { distanceOf, similarityOf } from '../../../local/rekognition/similarity.ts';

function aFound(overrides: Partial<Face> = {}): Face {
  return {
    box: { left: 0, top: 0, width: 0.5, height: 0.5 },
    confidence: 0.95,
    pixels: 100,
    landmarks: [],
    pose: { roll: 0, yaw: 0 },
    gaps: { lids: 0.3, lips: 0 },
    quality: { brightness: 50, sharpness: 80 },
    ...overrides,
  };
}

test('a face has every reason that applies, and a good face passes every filter', () => {
  const poor = aFound({
    confidence: 0.55,
    pixels: 23,
    pose: { roll: 0, yaw: -70 },
    quality: { brightness: 3, sharpness: 2 },
  });
  const all = ['EXTREME_POSE', 'LOW_BRIGHTNESS', 'LOW_SHARPNESS', 'LOW_CONFIDENCE', 'SMALL_BOUNDING_BOX'];
  const filters: QualityFilter[] = ['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH'];
  expect(filters.map((filter) => qualityReasons(poor, filter))).toStrictEqual([[], all, all, all, all]);
  expect(filters.map((filter) => qualityReasons(aFound(), filter))).toStrictEqual([[], [], [], [], []]);
});

test('eyes and mouth are open or shut by the distance between the lids and the lips', () => {
  const points = Array.from({ length: 68 }, () => ({ x: 0.5, y: 0.5 }));
  const shown = [0.3, 0.05].map((gap) => {
    const face = aFound({ landmarks: points, gaps: { lids: gap, lips: gap } });
    const { EyesOpen, MouthOpen } = faceDetail(face, ['EYES_OPEN', 'MOUTH_OPEN']);
    return [EyesOpen?.Value, MouthOpen?.Value];
  });
  expect(shown).toStrictEqual([
    [true, true],
    [false, false],
  ]);
});

test('a higher filter is stricter', () => {
  const face = aFound({ pixels: 30, quality: { brightness: 50, sharpness: 40 } });
  const reasons = (filter: QualityFilter) => qualityReasons(face, filter);
  expect(reasons('AUTO')).toStrictEqual([]);
  expect(reasons('MEDIUM')).toStrictEqual(['SMALL_BOUNDING_BOX']);
  expect(reasons('HIGH')).toStrictEqual(['LOW_SHARPNESS', 'SMALL_BOUNDING_BOX']);
});

test('a dark face is as sharp as a bright one, a blurred one is not, and a black one is not at all', () => {
  const stripes = (light: number, contrast: number) =>
    Float32Array.from(
      { length: 96 * 96 },
      (_, i) => light * (1 + (Math.floor(i / 2) % 2 === 0 ? contrast : -contrast)),
    );
  const [bright, dark, blurred] = [
    qualityOf(stripes(160, 0.05), 96),
    qualityOf(stripes(16, 0.05), 96),
    qualityOf(stripes(160, 0.01), 96),
  ];
  expect(bright.brightness / dark.brightness).toBeCloseTo(10, 5);
  expect(dark.sharpness).toBeCloseTo(bright.sharpness, 3);
  expect(blurred.sharpness).toBeLessThan(bright.sharpness / 2);
  expect(qualityOf(stripes(0, 0), 96)).toStrictEqual({ brightness: 0, sharpness: 0 });
});

test('similarity decreases with distance and is 80 at 0.5', () => {
  const at = [0, 0.4, 0.45, 0.5, 0.55, 0.6, 2].map((distance) => Math.round(similarityOf(distance)));
  expect(at).toStrictEqual([100, 98, 93, 80, 55, 27, 0]);
  expect([0.1, 0.5, 0.7].map((distance) => distanceOf(similarityOf(distance)).toFixed(9))).toStrictEqual([
    '0.100000000',
    '0.500000000',
    '0.700000000',
  ]);
  expect(distanceOf(0)).toBe(Infinity);
});
