import { Processed } from '../../schemas/processed.ts';
import type { FaceRecord, PersonRecord, PhotoRecord } from '../../schemas/records.ts';
import { faceAt } from '../../tasks/decisions/derive.ts';
import { standing } from '../../tasks/decisions/ledger.ts';
import { readIfThere } from '../deployment/objects.ts';
import { readFaces, readLedger, readPersons } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { rootsOf } from '../people/roots.ts';
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
  const [faces, ledger, persons, text] = await Promise.all([
    readFaces(target, photo),
    photo.sha256 === undefined ? [] : readLedger(target, photo.sha256),
    readPersons(target),
    photo.processed_key === undefined ? undefined : readIfThere(target, photo.processed_key),
  ]);
  const processed = text === undefined ? undefined : Processed.parse(JSON.parse(text.toString()));
  const decisions = standing(ledger);
  const roots = rootsOf(persons);
  const people = new Map<string, string>([...roots].map(([id, { name }]) => [id, name]));
  const factsOf = (face: FaceRecord): FaceFacts => ({
    photo,
    face,
    quality: processed?.faces.find(({ index }) => index === face.face_index)?.quality,
    decisions: decisions.filter(({ bounding_box }) => faceAt(bounding_box, faces)?.face_index === face.face_index),
    people,
    ...thresholdOf(face, roots, target.deployment.face_match_threshold),
  });
  return { faces, processed, factsOf };
}

/** That of the person whom the face resembles most, if there is one, and otherwise that of all people. */
function thresholdOf(
  { person_id, candidate, proposal }: FaceRecord,
  people: ReadonlyMap<string, PersonRecord>,
  ofAll: number,
): Pick<FaceFacts, 'threshold' | 'hasOwnThreshold'> {
  const own = people.get(proposal?.best?.person_id ?? person_id ?? candidate?.person_id ?? '')?.threshold;
  return own === undefined ? { threshold: ofAll } : { threshold: own, hasOwnThreshold: true };
}
