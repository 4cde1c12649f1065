import {
  DescribeCollectionCommand,
  SearchFacesByImageCommand,
  SearchUsersByImageCommand,
  type BoundingBox as RekognitionBox,
  type Image,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { Environment } from '../../schemas/environment.ts';
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
  /** Whether a search compares with each enrolled face, or with one vector a person. */
  readonly searchBy: Environment['SEARCH_BY'];
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
  const found = await SEARCHES[collection.searchBy](collection, {
    S3Object: { Bucket: crop.bucket, Name: crop.key, Version: crop.version_id },
  });
  if (!found) return { status: 'UNSEARCHABLE', reason: 'NO_USABLE_FACE_IN_CROP' };
  const model = found.model === undefined ? {} : { model_version: found.model };
  if (!isSameFace(found.box, crop.face)) return { status: 'UNSEARCHABLE', reason: 'OTHER_FACE_IN_CROP', ...model };
  const candidates = await candidatesOf(found.matches, collection);
  const { best } = candidates;
  if (!best) return { status: 'UNKNOWN', reason: 'NO_CANDIDATE', ...model };
  const rest = { ...candidates, ...model };
  return best.similarity >= collection.threshold
    ? { status: 'MATCHED', reason: 'SIMILARITY_ABOVE_THRESHOLD', ...rest }
    : { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', ...rest };
}

/** How many faces, or users, a search compares with. */
export async function countEnrolled({
  rekognition,
  collectionId,
  searchBy,
}: Pick<Collection, 'rekognition' | 'collectionId' | 'searchBy'>): Promise<number> {
  const collection = await rekognition.send(new DescribeCollectionCommand({ CollectionId: collectionId }));
  return (searchBy === 'users' ? collection.UserCount : collection.FaceCount) ?? 0;
}

/** What a search found, whatever it compared with. */
interface Found {
  /** Of the face that was searched, as ratios of the crop. */
  readonly box: RekognitionBox | undefined;
  readonly matches: readonly Match[];
  readonly model: string | undefined;
}

interface Match {
  /** Of a face, what it was enrolled under; of a user, its id. */
  readonly id: string | undefined;
  readonly face_id?: string | undefined;
  readonly similarity: number;
}

/** Undefined if no face of the crop can be searched. */
type Search = (collection: Collection, image: Image) => Promise<Found | undefined>;

const searchFaces: Search = async ({ rekognition, collectionId }, image) => {
  try {
    const answer = await countPaidCall(
      rekognition.send(
        new SearchFacesByImageCommand({
          CollectionId: collectionId,
          Image: image,
          FaceMatchThreshold: 0,
          MaxFaces: MAX_CANDIDATES,
          QualityFilter: 'AUTO',
        }),
      ),
    );
    const matches = (answer.FaceMatches ?? []).flatMap(({ Face, Similarity = 0 }) =>
      Face?.FaceId ? { id: Face.ExternalImageId, face_id: Face.FaceId, similarity: percent(Similarity) } : [],
    );
    return { box: answer.SearchedFaceBoundingBox, matches, model: answer.FaceModelVersion };
  } catch (error) {
    if (isNoFace(error)) return undefined;
    throw error;
  }
};

const searchUsers: Search = async ({ rekognition, collectionId }, image) => {
  const { UserMatches = [], ...answer } = await countPaidCall(
    rekognition.send(
      new SearchUsersByImageCommand({
        CollectionId: collectionId,
        Image: image,
        UserMatchThreshold: 0,
        MaxUsers: MAX_CANDIDATES,
        QualityFilter: 'AUTO',
      }),
    ),
  );
  if (!answer.SearchedFace) return undefined;
  const matches = UserMatches.map(({ User, Similarity = 0 }) => ({
    id: User?.UserId,
    similarity: percent(Similarity),
  }));
  return { box: answer.SearchedFace.FaceDetail?.BoundingBox, matches, model: answer.FaceModelVersion };
};

const SEARCHES = { faces: searchFaces, users: searchUsers } as const;

/**
 * Rekognition uses this error name for bad parameters as well: only the message tells a picture without a usable face.
 */
const isNoFace = (error: unknown) =>
  nameOf(error) === 'InvalidParameterException' && /no faces in the image/i.test((error as Error).message);

/** Rekognition searches only the largest face of a picture. Checks that this was the face meant. */
function isSameFace(box: RekognitionBox | undefined, face: BoundingBox): boolean {
  if (!box) return true;
  const x = (box.Left ?? 0) + (box.Width ?? 0) / 2;
  const y = (box.Top ?? 0) + (box.Height ?? 0) / 2;
  return x >= face.left && x <= face.left + face.width && y >= face.top && y <= face.top + face.height;
}

/**
 * The most similar face or user, and the most similar one of another person. What other software has enrolled, and
 * nobody has imported, is skipped.
 */
async function candidatesOf(
  matches: readonly Match[],
  people: ExternalIdReader,
): Promise<Pick<FaceSearch, 'best' | 'runner_up'>> {
  let best: Candidate | undefined;
  for (const { id, ...match } of matches.toSorted((a, b) => b.similarity - a.similarity)) {
    const person_id = await personOfExternalId(people, id);
    if (person_id === undefined || person_id === best?.person_id) continue;
    const candidate = { ...match, person_id };
    if (best) return { best, runner_up: candidate };
    best = candidate;
  }
  return best ? { best } : {};
}
