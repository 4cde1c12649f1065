import type { NewDecision } from '../../schemas/decisions.ts';
import type { BoundingBox, PersonId } from '../../schemas/faces.ts';
import type { Target } from '../deployment/target.ts';
import { UsageError } from '../failure.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { printable } from '../text.ts';
import type { Decided } from './decide.ts';
import { about, findFacesAt, findPhotos, type FaceAddress, type GivenFace } from './faces.ts';
import { personCalled, type GivenPerson } from './person.ts';

/** A person by id, or by a name, which can be somebody's who is not known yet. */
interface Whom {
  readonly person_id?: string | undefined;
  readonly name?: string | undefined;
}

/** What somebody says of a face, before it is known whether there are such a face and such a person. */
export type Given =
  | (FaceAddress & Whom & { readonly kind: 'PERSON' | 'NOT_PERSON' | 'STRANGER' | 'NOT_A_FACE' })
  | (Whom & { readonly kind: 'FACE'; readonly image_id: string; readonly bounding_box: BoundingBox });

/** Concurrent lookups of people. */
const CONCURRENCY = 4;

/** What is meant, and who was named for which faces. */
export interface Resolved extends Decided {
  readonly named: ReadonlyMap<PersonId, readonly GivenFace[]>;
}

/** Finds the faces and people that are meant. */
export async function resolve(target: Target, given: readonly Given[]): Promise<Resolved> {
  const [people, faces, photos] = await Promise.all([
    findPeople(target, given),
    findFacesAt(
      target,
      given.filter((one) => one.kind !== 'FACE'),
    ),
    findPhotos(target, [...new Set(given.flatMap((one) => (one.kind === 'FACE' ? [one.image_id] : [])))]),
  ]);
  const queue = faces.values();
  const named = new Map<PersonId, GivenFace[]>();
  const decisions = given.map((one): NewDecision => {
    const person = people.get(keyOf(one));
    const who = person ? { person_id: person.person_id } : {};
    if (one.kind === 'FACE') {
      const { image_id, etag } = photos.get(one.image_id)!;
      return { kind: 'FACE', image_id, etag, bounding_box: boxOf(one), source: 'manual', ...who };
    }
    const face = queue.next().value!;
    if (one.kind === 'STRANGER' || one.kind === 'NOT_A_FACE') return about(face, { kind: one.kind });
    if (one.kind === 'NOT_PERSON')
      return about(face, { kind: one.kind, person_id: person?.person_id ?? personOf(face) });
    if (!person) throw new UsageError('Say who it is: give a person_id or a name.');
    named.set(person.person_id, [...(named.get(person.person_id) ?? []), face]);
    return about(face, { kind: one.kind, ...who });
  });
  const known = [...new Map([...people.values()].map((one) => [one.person_id, one])).values()];
  return { people: known.map(({ person_id, name }) => ({ person_id, name })), decisions, named };
}

const keyOf = ({ person_id, name }: Whom) => person_id ?? name ?? '';

async function findPeople(target: Target, given: readonly Given[]): Promise<Map<string, GivenPerson>> {
  const keys = [...new Set(given.map(keyOf))].filter((key) => key !== '');
  return new Map(
    await mapConcurrently(CONCURRENCY, keys, async (key) => [key, await personCalled(target, key)] as const),
  );
}

/** The person that a face was taken for. */
export function personOf({ photo, face }: GivenFace) {
  if (face.person_id !== undefined) return face.person_id;
  throw new UsageError(`${printable(photo.image_id)}#${face.face_index} was taken for nobody: it is ${face.status}.`);
}

function boxOf({ bounding_box: box, image_id }: { readonly bounding_box: BoundingBox; readonly image_id: string }) {
  const inside = box.left + box.width <= 1 && box.top + box.height <= 1;
  if (inside && box.width > 0 && box.height > 0) return box;
  throw new UsageError(
    `The box is not within ${printable(image_id)}: each side is a share of the picture, from 0 to 1.`,
  );
}
