/**
 * The distance between two descriptors that corresponds to Rekognition's default threshold of 80. Measured on 26,296
 * pairs: at this distance 0.65 % of the pairs of one person are missed, and 0.04 % of the pairs of two people match.
 */
const DISTANCE_OF_80 = 0.5;
/** With it, a distance of 0.40 gives 98, 0.45 gives 93, 0.55 gives 55 and 0.60 gives 27. */
const STEEPNESS = 24;

/** Euclidean distance to 0..100. */
export function similarityOf(distance: number): number {
  return 100 / (1 + Math.exp(STEEPNESS * (distance - DISTANCE_OF_80) - Math.log(4)));
}

/** The distance that has this similarity. Infinite for 0, and below 0 for what no face reaches. */
export function distanceOf(similarity: number): number {
  return DISTANCE_OF_80 + (Math.log(100 / similarity - 1) + Math.log(4)) / STEEPNESS;
}
