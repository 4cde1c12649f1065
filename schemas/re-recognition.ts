import type { FaceStatus } from './faces.ts';

/** The statuses whose faces a re-recognition looks through. */
export const searchedAgain = (unknownOnly: boolean): readonly FaceStatus[] =>
  unknownOnly ? ['UNKNOWN'] : ['UNKNOWN', 'MATCHED'];
