import type { NewDecision } from '../../schemas/decisions.ts';
import { about, findFaces } from '../decisions/faces.ts';
import type { GivenPerson } from '../decisions/person.ts';
import { readEnrolledFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text.ts';
import { idsOf, type Person } from './find-person.ts';
import { movesOf, type Moves } from './portraits.ts';

/** What leaves a person. */
export interface Split {
  readonly named: readonly NewDecision[];
  readonly moves: Moves;
}

/** Takes faces and portraits, each named as `people` and `show` print them, off a person. */
export async function splitOff(
  target: Target,
  person: Person,
  given: readonly string[],
  to: GivenPerson,
): Promise<Split> {
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
