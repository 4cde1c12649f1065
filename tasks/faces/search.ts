import {
  DescribeCollectionCommand,
  SearchFacesByImageCommand,
  type RekognitionClient,
  type SearchFacesByImageCommandOutput,
} from '@aws-sdk/client-rekognition';
import { percent, type BoundingBox, type Candidate, type FaceSearch } from '../../schemas/faces.ts';
import { nameOf } from '../runtime/errors.ts';
import { countPaidCall } from '../runtime/metrics.ts';
import type { ObjectAddress } from '../storage/objects.ts';
import { personOfExternalId, type ExternalIdReader } from './external-ids.ts';

/** Enough to find the runner-up behind a person with several enrolled faces. A search costs the same for any number. */
const MAX_CANDIDATES = 20;

export interface Collection extends ExternalIdReader {
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
  collection: Collection,
  crop: ObjectAddress & { readonly face: BoundingBox },
): Promise<FaceSearch> {
  const { rekognition, collectionId, threshold } = collection;
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
  const candidates = await candidatesOf(answer, collection);
  const { best } = candidates;
  if (!best) return { status: 'UNKNOWN', reason: 'NO_CANDIDATE', ...model };
  const rest = { ...candidates, ...model };
  return best.similarity >= threshold
    ? { status: 'MATCHED', reason: 'SIMILARITY_ABOVE_THRESHOLD', ...rest }
    : { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', ...rest };
}

export async function countFaces({
  rekognition,
  collectionId,
}: Pick<Collection, 'rekognition' | 'collectionId'>): Promise<number> {
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

/**
 * The most similar face, and the most similar one of another person. Faces that other software has enrolled, and that
 * nobody has imported, are skipped.
 */
async function candidatesOf(
  { FaceMatches = [] }: SearchFacesByImageCommandOutput,
  people: ExternalIdReader,
): Promise<Pick<FaceSearch, 'best' | 'runner_up'>> {
  let best: Candidate | undefined;
  for (const { Face, Similarity = 0 } of FaceMatches.toSorted((a, b) => b.Similarity! - a.Similarity!)) {
    const person_id = await personOfExternalId(people, Face?.ExternalImageId);
    if (person_id === undefined || !Face?.FaceId || person_id === best?.person_id) continue;
    const candidate = { face_id: Face.FaceId, person_id, similarity: percent(Similarity) };
    if (best) return { best, runner_up: candidate };
    best = candidate;
  }
  return best ? { best } : {};
}
