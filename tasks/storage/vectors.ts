import {
  DeleteFacesCommand,
  DeleteUserCommand,
  DisassociateFacesCommand,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import { nameOf } from '../runtime/errors.ts';

/** Rekognition takes 4,096 ids in one DeleteFaces. */
const BATCH = 1000;

/**
 * Removes faces from a collection, and gives how many were there. Rekognition keeps those that a user has, so they are
 * taken from the user first. The user stays, even without a face: somebody can be enrolling the person at the same time.
 */
export async function removeVectors(
  rekognition: RekognitionClient,
  CollectionId: string,
  faces: readonly string[],
): Promise<number> {
  let removed = 0;
  for (let at = 0; at < faces.length; at += BATCH) {
    const FaceIds = faces.slice(at, at + BATCH);
    const answer = await rekognition.send(new DeleteFacesCommand({ CollectionId, FaceIds }));
    const { DeletedFaces = [], UnsuccessfulFaceDeletions: kept = [] } = answer;
    removed += DeletedFaces.length;
    for (const [UserId, owned] of Map.groupBy(kept, (face) => face.UserId)) {
      if (UserId === undefined) continue;
      // A user has at most as many faces as one call takes.
      const ofUser = owned.flatMap(({ FaceId }) => FaceId ?? []);
      await rekognition.send(new DisassociateFacesCommand({ CollectionId, UserId, FaceIds: ofUser }));
      removed += await removeVectors(rekognition, CollectionId, ofUser);
    }
  }
  return removed;
}

/** Removes a user, if there is one. Its faces stay in the collection. Returns whether there was one. */
export async function removeUser(
  rekognition: RekognitionClient,
  user: { readonly CollectionId: string; readonly UserId: string },
): Promise<boolean> {
  try {
    await rekognition.send(new DeleteUserCommand(user));
    return true;
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return false;
    throw error;
  }
}
