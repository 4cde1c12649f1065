import {
  DeleteFacesCommand,
  DeleteUserCommand,
  DisassociateFacesCommand,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import { nameOf } from '../runtime/errors.ts';

/** Rekognition takes 4,096 ids in one DeleteFaces. */
const BATCH = 1000;
/** A user has no more faces. DisassociateFaces takes as many. */
export const MAX_FACES_OF_USER = 100;

/** Removes faces from a collection, and gives how many were there. Rekognition keeps those that a user has: they are taken from the user first. */
export async function removeVectors(
  rekognition: RekognitionClient,
  collectionId: string,
  faces: readonly string[],
): Promise<number> {
  let removed = 0;
  for (let at = 0; at < faces.length; at += BATCH) {
    const FaceIds = faces.slice(at, at + BATCH);
    const { DeletedFaces = [], UnsuccessfulFaceDeletions = [] } = await rekognition.send(
      new DeleteFacesCommand({ CollectionId: collectionId, FaceIds }),
    );
    const ofUsers = UnsuccessfulFaceDeletions.flatMap(({ FaceId, UserId }) =>
      FaceId && UserId ? { FaceId, UserId } : [],
    );
    for (const [user, owned] of Map.groupBy(ofUsers, ({ UserId }) => UserId)) {
      await takeFromUser(
        rekognition,
        { CollectionId: collectionId, UserId: user },
        owned.map(({ FaceId }) => FaceId),
      );
    }
    removed += DeletedFaces.length;
    if (ofUsers.length > 0) {
      removed += await removeVectors(
        rekognition,
        collectionId,
        ofUsers.map(({ FaceId }) => FaceId),
      );
    }
  }
  return removed;
}

interface User {
  readonly CollectionId: string;
  readonly UserId: string;
}

/** The user stays, even without a face: somebody can be enrolling the person at the same time. */
async function takeFromUser(rekognition: RekognitionClient, user: User, faces: readonly string[]): Promise<void> {
  for (let at = 0; at < faces.length; at += MAX_FACES_OF_USER) {
    const FaceIds = faces.slice(at, at + MAX_FACES_OF_USER);
    await rekognition.send(new DisassociateFacesCommand({ ...user, FaceIds }));
  }
}

/** Removes a user, if there is one. Its faces stay in the collection. Returns whether there was one. */
export async function removeUser(rekognition: RekognitionClient, user: User): Promise<boolean> {
  try {
    await rekognition.send(new DeleteUserCommand({ ...user }));
    return true;
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return false;
    throw error;
  }
}
