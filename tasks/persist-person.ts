import type { PersonRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { deleteIf, isForgotten } from './forgetting/tombstones.ts';
import { defineTask } from './runtime/define-task.ts';
import { count } from './runtime/metrics.ts';
import { finishClaim, isOutdated, ownsClaim } from './storage/claims.ts';
import { conditionalUpdate, updateConditionally } from './storage/conditional-updates.ts';
import { faceStore, releaseOlderFaces, releaseOwnFace, type FaceStore } from './storage/enrolled-faces.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';
import { personRow } from './storage/people.ts';

const KNOWN: PersonRecord['status'] = 'KNOWN';

/**
 * Writes the person, removes the faces of the portrait's older versions, and writes the enrolment's status last. The
 * new face is in the collection by now, so the person is found all the time.
 */
export async function run(input: Input<'persist-person'>, services: FaceStore): Promise<Output<'persist-person'>> {
  const { enrolment, face_id } = input;
  const { person_id, name, timestamp } = enrolment;
  const { dynamoDb, peopleTable } = services;
  await updateConditionally(
    dynamoDb,
    conditionalUpdate(personRow(services, person_id), {
      set: { name, created_at: timestamp, status: KNOWN, timestamp },
      // Somebody who was renamed keeps the new name.
      condition: 'attribute_not_exists(#created_at)',
    }),
  );
  if (await isForgotten(services, person_id, timestamp)) {
    await deleteIf(dynamoDb, personRow(services, person_id), { created_at: timestamp });
    await releaseOwnFace(services, enrolment);
    return { status: 'SUPERSEDED', person_id };
  }
  const row = enrolmentRow(peopleTable, enrolment.key);
  if (await ownsClaim(dynamoDb, row, enrolment)) {
    await releaseOlderFaces(services, enrolment);
    if (await finishClaim(dynamoDb, row, enrolment, { status: 'ENROLLED', face_id })) {
      count('PeopleEnrolled');
      return { status: 'ENROLLED', person_id };
    }
  }
  // Another execution of the same version still needs the face.
  if (await isOutdated(dynamoDb, row, enrolment)) await releaseOwnFace(services, enrolment);
  return { status: 'SUPERSEDED', person_id };
}

export const handler = defineTask({
  name: 'persist-person',
  services: faceStore,
  run,
  describe: ({ enrolment }, output) => ({
    execution: enrolment.execution_arn,
    person: enrolment.person_id,
    status: output?.status,
  }),
});
