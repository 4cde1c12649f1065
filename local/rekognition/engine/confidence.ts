import { type DetectedBox, sigmoid } from './boxes.ts';

const MIN_SCORE = 0.6;

const logit = (score: number): number => Math.log(score / (1 - score));

/** The face that two looks agree on: its box is that of the second, which saw it larger. */
export function scoreOf(first: DetectedBox, again: DetectedBox | undefined): DetectedBox | undefined {
  if (!again) return undefined;
  const score = sigmoid(logit(again.score) + 0.25 * logit(first.score));
  return score >= MIN_SCORE ? { ...again, score } : undefined;
}
