import type { PersonId } from '../../schemas/faces.ts';
import type { FaceRecord } from '../../schemas/records.ts';

type Face = Pick<FaceRecord, 'candidate'>;

export interface Likeliest {
  readonly person_id: PersonId;
  /** The highest of the group. */
  readonly similarity: number;
  /** Of how many faces the person is the candidate. */
  readonly faces: number;
}

/** A face that is less like somebody, in percent, is like nobody. */
const LEAST = 50;

/** Whom most of the faces are like, though none enough to be named. */
export const likeliestOf = (faces: readonly Face[]): Likeliest | undefined => candidatesOf(faces)[0];

/** Whom the faces are like, those first whom most of them are like. */
export function candidatesOf(faces: readonly Face[]): Likeliest[] {
  const candidates = faces.flatMap(({ candidate }) => candidate ?? []).filter(({ similarity }) => similarity >= LEAST);
  const people = [...Map.groupBy(candidates, ({ person_id }) => person_id)].map(([person_id, of]) => ({
    person_id,
    similarity: Math.max(...of.map(({ similarity }) => similarity)),
    faces: of.length,
  }));
  return people.toSorted((a, b) => b.faces - a.faces || b.similarity - a.similarity);
}
