import { FaceRecord, type EnrolledFaceRecord } from '../../schemas/records.ts';
import { queryIndex, readEnrolledFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { idsOf, type Person } from './find-person.ts';

/** What is known of a person: the portraits, and the photos with a face of the person. */
export interface Holdings {
  readonly person: Person;
  readonly portraits: readonly EnrolledFaceRecord[];
  /** By time, the oldest first. */
  readonly photos: readonly { readonly image_id: string; readonly timestamp: string }[];
}

/** Concurrent queries. */
const CONCURRENCY = 16;

export const readAllHoldings = (target: Target, people: readonly Person[]): Promise<Holdings[]> =>
  mapConcurrently(CONCURRENCY, people, (person) => readHoldings(target, person));

export async function readHoldings(target: Target, person: Person): Promise<Holdings> {
  const [portraits, faces] = await Promise.all([
    Promise.all(idsOf(person).map((id) => readEnrolledFaces(target, id))),
    Promise.all(
      idsOf(person).map((value) =>
        queryIndex(target, { table: 'results', index: 'by-person', value, schema: FaceRecord }),
      ),
    ),
  ]);
  const seen = faces.flat().toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  // Two faces of one photo can have one name.
  const photos = new Map(seen.map(({ image_id, timestamp }) => [image_id, { image_id, timestamp }]));
  return { person, portraits: portraits.flat(), photos: [...photos.values()] };
}

/** A portrait as it is shown: its key, and what Rekognition measured. */
export const portraitView = ({ key, face_id, confidence, brightness, sharpness, yaw }: EnrolledFaceRecord) => ({
  key: key ?? null,
  face_id: face_id ?? null,
  confidence: confidence ?? null,
  brightness: brightness ?? null,
  sharpness: sharpness ?? null,
  yaw: yaw ?? null,
});
