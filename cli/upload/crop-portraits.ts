import { bestCrops } from '../../client/decisions/best-crops.ts';
import type { GivenFace } from '../../client/decisions/faces.ts';
import type { GivenPerson } from '../../client/decisions/person.ts';
import { readObject } from '../../client/deployment/objects.ts';
import { readPeople } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { printable } from '../../client/text.ts';
import { noteEnrolments } from '../report/output.ts';
import type { Terminal } from '../terminal.ts';
import { describeBytes } from './files.ts';
import { uploadAndWait } from './upload-and-wait.ts';
import { PORTRAIT_UPLOADS } from './upload-kinds.ts';

/** Enrols a person from the best of the faces that were just named, and says which were taken and which refused. */
export async function enrolFromCrops(
  target: Target,
  terminal: Terminal,
  { person_id, name: person }: GivenPerson,
  faces: readonly GivenFace[],
): Promise<void> {
  const best = await bestCrops(target, person_id, faces);
  if (best.length === 0) return;
  const items = best.map(({ key, crop_key, name }) => ({
    key,
    name,
    read: async () => describeBytes(await readObject(target, crop_key)),
  }));
  const outcomes = await uploadAndWait({ target, terminal }, PORTRAIT_UPLOADS, items);
  const enrolled = outcomes.filter(({ row }) => row?.status === 'ENROLLED');
  if (enrolled.length > 0) {
    terminal.note(`Enrolled ${printable(person)} from ${enrolled.map(({ name }) => printable(name)).join(', ')}.`);
  }
  const others = outcomes.filter((outcome) => !enrolled.includes(outcome));
  noteEnrolments(terminal, others, await readPeople(target));
}
