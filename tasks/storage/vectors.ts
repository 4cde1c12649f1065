import { DeleteFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';

/** Rekognition takes 4,096 ids in one DeleteFaces. */
const BATCH = 1000;

/** Removes faces from a collection, and gives how many were there. */
export async function removeVectors(
  rekognition: RekognitionClient,
  collectionId: string,
  faces: readonly string[],
): Promise<number> {
  let removed = 0;
  for (let at = 0; at < faces.length; at += BATCH) {
    const FaceIds = faces.slice(at, at + BATCH);
    const { DeletedFaces = [] } = await rekognition.send(
      new DeleteFacesCommand({ CollectionId: collectionId, FaceIds }),
    );
    removed += DeletedFaces.length;
  }
  return removed;
}
