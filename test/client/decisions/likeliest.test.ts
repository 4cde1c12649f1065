import { expect, test } from 'vitest';
import { likeliestOf } from '../../../client/decisions/likeliest.ts';
import type { PersonId } from '../../../schemas/faces.ts';
import { aFaceRecord, FACE_ID, JANE, JOHN } from '../../support/builders.ts';

const like = (person_id: PersonId, similarity: number) =>
  aFaceRecord({ candidate: { face_id: FACE_ID, person_id, similarity } });

test('a group is most like whom most of its faces are like, with the highest similarity', () => {
  const faces = [like(JOHN, 61), like(JANE, 79), like(JOHN, 70), aFaceRecord()];
  expect(likeliestOf(faces)).toStrictEqual({ person_id: JOHN, similarity: 70, faces: 2 });
  expect(likeliestOf([like(JOHN, 61), like(JANE, 79)])).toStrictEqual({ person_id: JANE, similarity: 79, faces: 1 });
});

test('and like nobody, if that is little', () => {
  expect(likeliestOf([aFaceRecord(), like(JOHN, 49)])).toBe(undefined);
});
