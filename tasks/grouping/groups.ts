import { averageLinkage, type Face, type Pair } from './average-linkage.ts';

/**
 * Mean similarity at which two clusters are joined. Of 83 people the first two were fused at 70; at 80 nobody was
 * (bench/grouping.ts). The rest is for people who are more alike.
 */
export const GROUP_THRESHOLD = 85;
/** Pairs below it need not be given. They count as 0, which keeps groups tighter than their true mean would. */
export const PAIR_FLOOR = 50;
/** Two faces can be alike by chance, three are so rarely. */
export const SMALLEST_GROUP = 3;

export interface Grouped {
  /** The largest first. */
  readonly groups: readonly (readonly string[])[];
  /** Faces that are alike but too few for a group. */
  readonly suggestions: readonly (readonly string[])[];
}

/** Groups the faces that are probably one person. Splitting a person is forgiven more easily than fusing two. */
export function groupFaces(faces: readonly Face[], pairs: readonly Pair[], threshold = GROUP_THRESHOLD): Grouped {
  const near = pairs.filter(({ similarity }) => similarity >= PAIR_FLOOR);
  const clusters = averageLinkage(faces, near, threshold);
  return {
    groups: clusters.filter(({ length }) => length >= SMALLEST_GROUP),
    suggestions: clusters.filter(({ length }) => length < SMALLEST_GROUP),
  };
}
