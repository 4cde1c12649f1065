import type { Calibration } from '../../api/schemas/calibration.ts';
import { numberText } from '../ui/format.ts';

type Rate = Calibration['curve'][number];

/** What this threshold would do. */
export const rateAt = ({ curve }: Calibration, threshold: number): Rate => pointAt(curve, threshold);

/** What this threshold would do to the faces that there are. */
export const otherwiseAt = ({ otherwise }: Calibration, threshold: number) => pointAt(otherwise.curve, threshold);

function pointAt<Point extends { threshold: number }>(curve: readonly Point[], threshold: number): Point {
  const point = curve.findLast((each) => each.threshold <= threshold) ?? curve[0];
  if (!point) throw new Error('The calibration has no curve.');
  return point;
}

/** Two digits that say something: 0.012 %, 1.2 %, 12 %. */
const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;

export const shareText = (count: number, all: number) =>
  all === 0 ? 'none to compare' : `${numberText(count)} of ${numberText(all)}, ${percent(count / all)}`;

/** What the pairs say, and how far it can be relied on. */
export function adviceOn({ advice, pairs, pairs_needed, false_match, threshold }: Calibration): string[] {
  if (pairs.other === 0) return [];
  const wanted = `at most ${percent(false_match)} wrong names`;
  if (!advice) return [`No threshold gives ${wanted}. Look for portraits under a wrong name.`];
  if (!advice.is_shown) {
    return [
      `These pairs are too few to tell which threshold gives ${wanted}: that takes ${numberText(pairs_needed)} pairs of two people without a match. Keep ${threshold} %, or take a higher one.`,
    ];
  }
  return [
    `${advice.threshold} % gives ${wanted}: with 95 % confidence ${percent(advice.false_match_limit)} or less${advice.miss_limit === null ? '' : `, and at most ${percent(advice.miss_limit)} misses`}.`,
  ];
}
