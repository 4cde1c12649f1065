import { ListFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { removeVectors } from '../storage/vectors.ts';

export interface UnknownCollection {
  readonly rekognition: RekognitionClient;
  readonly unknownCollectionId: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** ListFaces allows five calls a second in most regions, and others may need some of them. */
const GAP_MS = 400;

interface Vector {
  readonly id: string;
  readonly face_id: string;
}

interface Listed {
  readonly vectors: readonly Vector[];
  /** Where the list goes on. Absent at its end. */
  readonly cursor?: string;
}

/** Lists the collection of unknown faces from a cursor on, until it ends or time is up. */
export async function listVectors(
  { rekognition, unknownCollectionId: CollectionId, sleep }: UnknownCollection,
  from: string | undefined,
  isLate: () => boolean = () => false,
): Promise<Listed> {
  const vectors: Vector[] = [];
  let cursor = from;
  do {
    const list = new ListFacesCommand({ CollectionId, MaxResults: 4096, NextToken: cursor });
    const { Faces = [], NextToken } = await rekognition.send(list);
    vectors.push(...Faces.map(({ ExternalImageId: id = '', FaceId: face_id = '' }) => ({ id, face_id })));
    cursor = NextToken;
    if (cursor !== undefined) await sleep(GAP_MS);
  } while (cursor !== undefined && !isLate());
  return { vectors, ...(cursor === undefined ? {} : { cursor }) };
}

/**
 * Those that are of no unknown face, or a second time in the collection. The faces must be read after the list: a
 * vector is added only for a face that is unknown already.
 */
export function straysAmong(vectors: readonly Vector[], unknown: { has(id: string): boolean }): Vector[] {
  const seen = new Set<string>();
  return vectors.filter(({ id }) => {
    const stray = seen.has(id) || !unknown.has(id);
    seen.add(id);
    return stray;
  });
}

export const removeStrays = (
  { rekognition, unknownCollectionId }: UnknownCollection,
  strays: readonly Vector[],
): Promise<number> =>
  removeVectors(
    rekognition,
    unknownCollectionId,
    strays.map(({ face_id }) => face_id),
  );
