import { Processed } from '../../schemas/processed.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { faceAt } from '../../tasks/decisions/derive.ts';
import { standing } from '../../tasks/decisions/ledger.ts';
import { readText } from '../deployment/objects.ts';
import { readFaces, readLedger, readPeople } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import type { FaceFacts } from './explain.ts';

/** Everything that is known of a photo and its faces. */
export interface PhotoFacts {
  /** The largest first. */
  readonly faces: readonly FaceRecord[];
  /** The processed JSON, once it is written. */
  readonly processed: Processed | undefined;
  readonly factsOf: (face: FaceRecord) => FaceFacts;
}

export async function readPhotoFacts(target: Target, photo: PhotoRecord): Promise<PhotoFacts> {
  const [faces, ledger, people, text] = await Promise.all([
    readFaces(target, photo),
    photo.sha256 === undefined ? [] : readLedger(target, photo.sha256),
    readPeople(target),
    photo.processed_key === undefined ? undefined : readIfThere(target, photo.processed_key),
  ]);
  const processed = text === undefined ? undefined : Processed.parse(JSON.parse(text));
  const decisions = standing(ledger);
  const factsOf = (face: FaceRecord): FaceFacts => ({
    photo,
    face,
    quality: processed?.faces.find(({ index }) => index === face.face_index)?.quality,
    decisions: decisions.filter(({ bounding_box }) => faceAt(bounding_box, faces)?.face_index === face.face_index),
    people,
    threshold: target.deployment.face_match_threshold,
  });
  return { faces, processed, factsOf };
}

/** The JSON is for others too, who may have deleted it. */
const readIfThere = (target: Target, key: string): Promise<string | undefined> =>
  readText(target, key).catch((error: Error) => {
    if (error.name === 'NoSuchKey') return undefined;
    throw error;
  });
