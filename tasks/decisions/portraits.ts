import { facePortraitKeyOf } from '../../schemas/keys.ts';
import { readRow } from '../storage/conditional-updates.ts';
import { enrolmentRow } from '../storage/enrolment-row.ts';
import { faceAt } from './derive.ts';
import { readPeople } from './people.ts';
import type { Derived } from './photo.ts';
import type { DecisionServices } from './rows.ts';

/**
 * The keys of portraits that were made of faces of this photo for somebody whom they do not show any more: the name was
 * taken back, or the face is another person's, or a stranger's. Otherwise the person would go on being found by it.
 */
export async function strayPortraits(
  derived: Derived,
  { dynamoDb, peopleTable }: Pick<DecisionServices, 'dynamoDb' | 'peopleTable'>,
): Promise<string[]> {
  if (derived.outcome !== 'DERIVED') return [];
  const { photo, faces, ledger } = derived;
  const named = ledger.flatMap(({ kind, person_id, bounding_box }) => {
    const face = kind === 'PERSON' ? faceAt(bounding_box, faces) : undefined;
    return face && person_id ? [{ face, person_id }] : [];
  });
  const people = await readPeople(
    dynamoDb,
    peopleTable,
    named.map(({ person_id }) => person_id),
  );
  const keys = named
    // Somebody who was merged into the person is the person.
    .filter(({ face, person_id }) => face.person_id !== people.get(person_id)!.person_id)
    .map(({ face, person_id }) => facePortraitKeyOf(person_id, photo.sha256 ?? '', face.face_index));
  const rows = await Promise.all(
    [...new Set(keys)].map(async (key) => ((await readRow(dynamoDb, enrolmentRow(peopleTable, key))) ? [key] : [])),
  );
  return rows.flat();
}
