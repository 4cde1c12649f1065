import type { FaceReason, FaceStatus } from './faces.ts';
import type { FaceRecord } from './records.ts';

/** A search cannot change these: somebody was forgotten, or the person is in the photo already. */
const SETTLED: ReadonlySet<FaceReason> = new Set(['PERSON_FORGOTTEN', 'FACE_EXPIRED', 'PERSON_ALREADY_IN_PHOTO']);

/** The statuses whose faces a re-recognition looks through. */
export const searchedAgain = (unknownOnly: boolean): readonly FaceStatus[] =>
  unknownOnly ? ['UNKNOWN'] : ['UNKNOWN', 'MATCHED'];

/** Whether a re-recognition pays for a search of this face. */
export const isSearchedAgain = ({ crop_key, reason, source, status }: FaceRecord): boolean =>
  crop_key !== undefined && !SETTLED.has(reason) && (status === 'UNKNOWN' || source !== 'manual');
