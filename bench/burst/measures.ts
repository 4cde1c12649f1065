import { PRICES } from './latencies.ts';
import type { Figures } from './simulate.ts';

/** Calls that succeeded, as a share of what the quota allows from the first face that was known to the last search. */
export function quotaUsed({ burst, detect, search }: Figures): number {
  const seconds = (search.last - detect.firstAnswer) / 1000;
  return Math.min(1, search.succeeded / (seconds * burst.searches));
}

/** Of all paid calls. */
export function throttledShare({ detect, search }: Figures): number {
  const throttled = detect.throttled + search.throttled;
  return throttled / (throttled + detect.succeeded + search.succeeded);
}

/** The concurrency that Lambda would need at the full quota once functions are warm, as a share of what there is. */
export function lambdaNeed({ burst }: Figures, alone: Figures): number {
  const { busySeconds, coldSeconds } = alone.functions;
  const secondsOfPhoto = (busySeconds - coldSeconds) / alone.burst.photos;
  return (secondsOfPhoto * burst.searches) / burst.faces / burst.concurrency;
}

/**
 * Above this, Lambda counts as the bottleneck: functions that are refused try again after random delays, which cannot
 * use all of the concurrency.
 */
export const LAMBDA_BOTTLENECK = 0.5;

/** When photo number `percent` of 100 would be done if the quota were used from the first moment on. In seconds. */
export function ideal({ burst }: Figures, alone: Figures, percent: number): number {
  return ((percent / 100) * burst.photos * burst.faces) / burst.searches + alone.p50;
}

/**
 * US dollars for 1,000 photos, beyond what they cost when nothing has to wait: transitions (retries are billed as such),
 * invocations and their seconds, and the writes of the meter.
 */
export function costOfWaiting(figures: Figures, alone: Figures): number {
  const perPhoto = (pick: (one: Figures) => number) =>
    pick(figures) / figures.burst.photos - pick(alone) / alone.burst.photos;
  const dollars =
    perPhoto(({ transitions }) => transitions) * PRICES.transition +
    perPhoto(({ functions }) => functions.gbSeconds) * PRICES.lambdaGbSecond +
    perPhoto(({ functions }) => functions.invocations) * PRICES.lambdaRequest +
    (figures.meterWrites / figures.burst.photos) * PRICES.dynamoDbWrite;
  return 1000 * dollars;
}
