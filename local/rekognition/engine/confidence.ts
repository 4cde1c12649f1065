import { type DetectedBox, sigmoid } from './boxes.ts';

/** The second look sees the face at the best size; the first counts a quarter of it. */
const FIRST_WEIGHT = 0.25;
/** Without it, of the boxes with 0.5 six in seven were faces: see docs/local-rekognition.md. */
const SHIFT = 1.5;
/** A cat's and a motorcycle's best boxes have 0.82 and 0.846. */
const MIN_CONFIDENCE = 0.85;

const logit = (score: number): number => Math.log(score / (1 - score));

/** The face that two looks agree on, if they do: its box is that of the second, which saw it at a better size. */
export function agreed(first: DetectedBox, again: DetectedBox | undefined): DetectedBox | undefined {
  if (!again) return undefined;
  const score = sigmoid(logit(again.score) + FIRST_WEIGHT * logit(first.score) + SHIFT);
  return score >= MIN_CONFIDENCE ? { ...again, score } : undefined;
}
