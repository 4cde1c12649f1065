import { AssociateFacesCommand, CreateUserCommand } from '@aws-sdk/client-rekognition';
import type { PersonId } from '../../schemas/faces.ts';
import { readTombstone } from '../forgetting/tombstones.ts';
import { nameOf } from '../runtime/errors.ts';
import { countPaidCall } from '../runtime/metrics.ts';
import { readEnrolledFaces, type FaceStore } from '../storage/enrolled-faces.ts';
import { removeUser } from '../storage/vectors.ts';

/** Rekognition's limit. */
const MAX_FACES_OF_USER = 100;

/**
 * Makes a Rekognition user of a person, whose vector is made of the enrolled faces: all, or the 100 that were enrolled
 * first. Two paid calls, which can be repeated. Returns whether the person has faces, and so a user.
 */
export async function keepUser(person_id: PersonId, store: FaceStore): Promise<boolean> {
  const { rekognition, collectionId: CollectionId, dynamoDb, peopleTable } = store;
  const enrolled = await readEnrolledFaces(store, person_id);
  const FaceIds = enrolled
    .filter(({ face_id, removing }) => face_id !== undefined && removing === undefined)
    .toSorted((a, b) => ((a.timestamp ?? '') < (b.timestamp ?? '') ? -1 : 1))
    .map(({ face_id }) => face_id!)
    .slice(0, MAX_FACES_OF_USER);
  if (FaceIds.length === 0) return false;
  const user = { CollectionId, UserId: person_id };
  try {
    await countPaidCall(rekognition.send(new CreateUserCommand(user)));
  } catch (error) {
    // It exists.
    if (nameOf(error) !== 'ConflictException') throw error;
  }
  // Somebody has said who the faces are. So they are taken however little they are alike. Those that are gone are not.
  await countPaidCall(rekognition.send(new AssociateFacesCommand({ ...user, FaceIds, UserMatchThreshold: 0 })));
  const tombstone = await readTombstone(dynamoDb, peopleTable, person_id);
  if (!tombstone || tombstone.ended_at !== undefined) return true;
  await removeUser(rekognition, user);
  return false;
}
