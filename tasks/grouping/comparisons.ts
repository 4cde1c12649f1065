import type { AlikeFaces, Comparisons } from '../../schemas/grouping.ts';
import type { Pair } from './average-linkage.ts';

/** What is known of one face: its vector, if it could be compared, and the faces that its search found. */
export interface Compared {
  readonly id: string;
  readonly face_id?: string | undefined;
  readonly alike: AlikeFaces;
}

/** Adds what a run has learnt to what was known before. Only these faces stay. */
export function withCompared(
  before: Comparisons | undefined,
  learnt: readonly Compared[],
  stay: { has(id: string): boolean },
): Comparisons {
  const known = new Map((before?.faces ?? []).map(({ id, face_id }) => [id, face_id]));
  for (const { id, face_id } of learnt) known.set(id, face_id);
  const faces = [...known].filter(([id]) => stay.has(id)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const position = new Map(faces.map(([id], at) => [id, at]));
  const pairs = new Map<number, number>();
  const add = (one: string, other: string, similarity: number) => {
    const [a, b] = [position.get(one), position.get(other)];
    if (a === undefined || b === undefined || a === b) return;
    // A pair is found from both sides.
    const key = Math.min(a, b) * faces.length + Math.max(a, b);
    pairs.set(key, Math.max(pairs.get(key) ?? 0, rounded(similarity)));
  };
  for (const { faces: ids, similarity } of pairsOf(before)) add(...ids, similarity);
  for (const { id, alike } of learnt) for (const [other, similarity] of alike) add(id, other, similarity);
  return {
    faces: faces.map(([id, face_id]) => ({ id, ...(face_id === undefined ? {} : { face_id }) })),
    pairs: [...pairs].map(([key, similarity]) => [Math.floor(key / faces.length), key % faces.length, similarity]),
  };
}

export const pairsOf = ({ faces, pairs }: Comparisons = { faces: [], pairs: [] }): Pair[] =>
  pairs.map(([a, b, similarity]) => ({ faces: [faces[a]!.id, faces[b]!.id], similarity }));

/** More digits than that mean nothing, and there can be a million pairs. */
const rounded = (similarity: number) => Math.round(similarity * 100) / 100;
