/** Two faces that were compared, and whether they are of one person. */
export interface Pair {
  readonly similarity: number;
  readonly same: boolean;
}

export interface Rate {
  readonly threshold: number;
  /** Pairs of two people at this similarity or more. */
  readonly falseMatches: number;
  /** Pairs of one person below it. */
  readonly misses: number;
}

/** Pairs of one person, and of two. */
export interface PairCounts {
  readonly same: number;
  readonly other: number;
}

/** Thresholds for a table. */
export const TABLE = [50, 60, 70, 75, 80, 85, 90, 92, 94, 95, 96, 97, 98, 99];
/** In steps of a tenth, the finest that anybody would set. */
export const FINEST = Array.from({ length: 1001 }, (_, at) => at / 10);

export function countPairs(pairs: readonly Pair[]): PairCounts {
  const same = pairs.filter((pair) => pair.same).length;
  return { same, other: pairs.length - same };
}

/** What each threshold would do with these pairs. */
export function ratesAt(pairs: readonly Pair[], thresholds: readonly number[]): Rate[] {
  const same = sorted(pairs.filter((pair) => pair.same));
  const other = sorted(pairs.filter((pair) => !pair.same));
  return thresholds.map((threshold) => ({
    threshold,
    falseMatches: other.length - below(other, threshold),
    misses: below(same, threshold),
  }));
}

const sorted = (pairs: readonly Pair[]) => Float64Array.from(pairs, ({ similarity }) => similarity).sort();

/** How many values of an ascending list are less. */
function below(values: Float64Array, limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The lowest threshold whose share of false matches is at most this. Undefined if none is, or there are no pairs. */
export function thresholdFor(rates: readonly Rate[], pairsOfTwo: number, share: number): Rate | undefined {
  return pairsOfTwo === 0 ? undefined : rates.find(({ falseMatches }) => falseMatches / pairsOfTwo <= share);
}

const CONFIDENCE = 0.95;

/**
 * The highest rate that is still compatible with so many hits among so many pairs, with 95 % confidence: the one-sided
 * limit of Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 26 (1934).
 */
export function upperLimit(hits: number, pairs: number): number {
  if (hits >= pairs) return 1;
  let [low, high] = [hits / pairs, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(hits, pairs, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability of at most so many hits. In logarithms, because the single terms become too small. */
function atMost(hits: number, pairs: number, rate: number): number {
  let term = pairs * Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let hit = 1; hit <= hits; hit += 1) {
    term += Math.log(((pairs - hit + 1) / hit) * (rate / (1 - rate)));
    sum += Math.exp(term);
  }
  return sum;
}

/** How many pairs without a false match it takes to show, with 95 % confidence, that the rate is at most this. */
export const pairsNeeded = (rate: number): number => Math.ceil(Math.log(1 - CONFIDENCE) / Math.log1p(-rate));

/** The lowest threshold that keeps to a wanted rate of false matches, and how far that can be relied on. */
export interface Judgement extends Rate {
  /** Up to which the rate of false matches may be, with 95 % confidence. */
  readonly falseMatchLimit: number;
  /** The same of misses. Absent if nobody has two faces. */
  readonly missLimit?: number;
  /** Whether the pairs are enough to show the wanted rate. Otherwise no threshold should be chosen by it. */
  readonly isShown: boolean;
}

export function judge(rates: readonly Rate[], { same, other }: PairCounts, wanted: number): Judgement | undefined {
  const found = thresholdFor(rates, other, wanted);
  if (!found) return undefined;
  const falseMatchLimit = upperLimit(found.falseMatches, other);
  const missLimit = same === 0 ? {} : { missLimit: upperLimit(found.misses, same) };
  return { ...found, falseMatchLimit, ...missLimit, isShown: falseMatchLimit <= wanted };
}
