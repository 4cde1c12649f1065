import {
  DescribeCollectionCommand,
  SearchFacesByImageCommand,
  type RekognitionClient,
  type SearchFacesByImageCommandOutput,
} from '@aws-sdk/client-rekognition';
import { percent, PersonId, type BoundingBox, type Candidate, type FaceSearch } from '../../schemas/faces.ts';
import { nameOf } from '../runtime/errors.ts';
import { countPaidCall } from '../runtime/metrics.ts';
import type { ObjectAddress } from '../storage/objects.ts';

/** Enough to find the runner-up behind a person with several enrolled faces. A search costs the same for any number. */
const MAX_CANDIDATES = 20;

export interface Collection {
  readonly rekognition: RekognitionClient;
  readonly collectionId: string;
  /** The lowest similarity of a match, 0-100. */
  readonly threshold: number;
}

/**
 * Searches one crop and says why it matched or did not. Asks for every candidate, because the best one below the
 * threshold is part of the answer.
 */
export async function searchCrop(
  { rekognition, collectionId, threshold }: Collection,
  crop: ObjectAddress & { readonly face: BoundingBox },
): Promise<FaceSearch> {
  let answer: SearchFacesByImageCommandOutput;
  try {
    answer = await countPaidCall(
      rekognition.send(
        new SearchFacesByImageCommand({
          CollectionId: collectionId,
          Image: { S3Object: { Bucket: crop.bucket, Name: crop.key, Version: crop.version_id } },
          FaceMatchThreshold: 0,
          MaxFaces: MAX_CANDIDATES,
          QualityFilter: 'AUTO',
        }),
      ),
    );
  } catch (error) {
    if (isNoFace(error)) return { status: 'UNSEARCHABLE', reason: 'NO_USABLE_FACE_IN_CROP' };
    throw error;
  }
  const model = answer.FaceModelVersion === undefined ? {} : { model_version: answer.FaceModelVersion };
  if (!isSameFace(answer, crop.face)) return { status: 'UNSEARCHABLE', reason: 'OTHER_FACE_IN_CROP', ...model };
  const candidates = candidatesOf(answer);
  const [best] = candidates;
  if (!best) return { status: 'UNKNOWN', reason: 'NO_CANDIDATE', ...model };
  const runnerUp = candidates.find(({ person_id }) => person_id !== best.person_id);
  const rest = { best, ...(runnerUp ? { runner_up: runnerUp } : {}), ...model };
  return best.similarity >= threshold
    ? { status: 'MATCHED', reason: 'SIMILARITY_ABOVE_THRESHOLD', ...rest }
    : { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', ...rest };
}

export async function countFaces({ rekognition, collectionId }: Collection): Promise<number> {
  const { FaceCount = 0 } = await rekognition.send(new DescribeCollectionCommand({ CollectionId: collectionId }));
  return FaceCount;
}

/**
 * Rekognition uses this error name for bad parameters as well: only the message tells a picture without a usable face.
 */
const isNoFace = (error: unknown) =>
  nameOf(error) === 'InvalidParameterException' && /no faces in the image/i.test((error as Error).message);

/** Rekognition searches only the largest face of a picture. Checks that this was the face meant. */
function isSameFace({ SearchedFaceBoundingBox: box }: SearchFacesByImageCommandOutput, face: BoundingBox): boolean {
  if (!box) return true;
  const x = (box.Left ?? 0) + (box.Width ?? 0) / 2;
  const y = (box.Top ?? 0) + (box.Height ?? 0) / 2;
  return x >= face.left && x <= face.left + face.width && y >= face.top && y <= face.top + face.height;
}

/** The most similar first. Faces that Rollcall did not enrol have no person id of ours and are skipped. */
function candidatesOf({ FaceMatches = [] }: SearchFacesByImageCommandOutput): Candidate[] {
  const candidates = FaceMatches.flatMap(({ Face, Similarity }): Candidate[] => {
    const person = PersonId.safeParse(Face?.ExternalImageId);
    if (!person.success || !Face?.FaceId || Similarity === undefined) return [];
    return [{ face_id: Face.FaceId, person_id: person.data, similarity: percent(Similarity) }];
  });
  return candidates.toSorted((a, b) => b.similarity - a.similarity);
}
