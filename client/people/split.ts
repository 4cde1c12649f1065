import type { NewDecision } from '../../schemas/decisions.ts';
import { decide } from '../decisions/decide.ts';
import { about, findFaces } from '../decisions/faces.ts';
import { personCalled, type GivenPerson } from '../decisions/person.ts';
import { readEnrolledFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text.ts';
import { addPerson, type Deciding } from './change-people.ts';
import { idsOf, type Person } from './find-person.ts';
import { personName } from './person-name.ts';
import { movesOf, stayedOf, type Moves, type Stayed } from './portraits.ts';

/** What leaves a person. */
interface Leaving {
  readonly named: readonly NewDecision[];
  readonly moves: Moves;
}

export interface Wanted {
  /** Faces and portraits, each named as `people` and `show` print them. */
  readonly given: readonly string[];
  /** Who they are: a name or an id. */
  readonly called: string;
  /** Somebody else than the person who has this name already. */
  readonly newPerson: boolean;
}

export interface Split {
  readonly batch: string;
  readonly to: GivenPerson;
  /** The faces that are of the other person now. */
  readonly faces: readonly NewDecision[];
  /** How many portraits were to be moved. */
  readonly portraits: number;
  /** Those that could not. */
  readonly stayed: readonly Stayed[];
}

/** Gives faces and portraits of a person to another one. */
export async function splitPerson(
  { target, signal, name }: Deciding,
  person: Person,
  { given, called, newPerson }: Wanted,
): Promise<Split> {
  const to = newPerson ? await addPerson(target, personName(called)) : await personCalled(target, called);
  if (idsOf(person).includes(to.person_id)) {
    throw new Failure(
      `${printable(called)} is ${printable(person.name)} already. Give another name, or add --new-person. Somebody who was merged comes back with rollcall unmerge.`,
    );
  }
  const { named, moves } = await splitOff(target, person, given, to);
  const decisions = [...named, ...moves.recognized, ...moves.decisions];
  const people = [{ person_id: to.person_id, name: to.name }];
  const batch = await decide(target, signal, { people, decisions, portraits: [...moves.portraits] }, name);
  const faces = [...named.filter(({ kind }) => kind === 'PERSON'), ...moves.recognized];
  return { batch, to, faces, portraits: moves.portraits.length, stayed: await stayedOf(target, moves) };
}

/** Takes faces and portraits, each named as `people` and `show` print them, off a person. */
async function splitOff(target: Target, person: Person, given: readonly string[], to: GivenPerson): Promise<Leaving> {
  const enrolled = (await Promise.all(idsOf(person).map((id) => readEnrolledFaces(target, id)))).flat();
  const portraits = enrolled.filter(({ key }) => key !== undefined && given.includes(key));
  const keys = new Set(portraits.map(({ key }) => key));
  const named = await facesOff(
    target,
    person,
    given.filter((text) => !keys.has(text)),
    to,
  );
  return {
    named,
    moves: await movesOf(target, person, portraits, to.person_id),
  };
}

async function facesOff(target: Target, person: Person, given: readonly string[], { person_id }: GivenPerson) {
  const ids = new Set<string | undefined>(idsOf(person));
  const portrait = given.find((text) => text.startsWith('enroll/') && !/#\d{1,3}$/.test(text));
  if (portrait !== undefined) {
    throw new Failure(
      `${printable(person.name)} has no portrait ${printable(portrait)}. rollcall people ${person.person_id} lists them.`,
    );
  }
  return (await findFaces(target, given)).flatMap((of): NewDecision[] => {
    const { photo, face } = of;
    if (!ids.has(face.person_id)) {
      throw new Failure(
        `${printable(photo.image_id)}#${face.face_index} is not ${printable(person.name)}: it is ${printable(face.person ?? face.status)}.`,
      );
    }
    return [about(of, { kind: 'NOT_PERSON', person_id: person.person_id }), about(of, { kind: 'PERSON', person_id })];
  });
}
