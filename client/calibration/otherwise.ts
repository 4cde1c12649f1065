import { FaceRecord } from '../../schemas/records.ts';
import { readPage, type Position } from '../deployment/pages.ts';
import { readPersons } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** A face that was searched: how similar it is to whom it is named for, or to the best candidate. */
export interface SearchedFace {
  readonly image_id: string;
  readonly named: boolean;
  readonly similarity: number;
}

/** The newest faces that were searched, of which only some depend on the threshold of all people. */
export interface NewestFaces {
  /** How many were looked at, and since when they were uploaded. */
  readonly count: number;
  readonly since?: string;
  readonly dependent: readonly SearchedFace[];
}

/** Enough to tell, and some ten queries. */
const MOST_FACES = 5000;
const PAGE = 500;

/** Reads the newest faces with a name or without one, however many there are. */
export async function readNewestFaces(target: Target, most = MOST_FACES): Promise<NewestFaces> {
  const rows: FaceRecord[] = [];
  let from: Position | undefined;
  do {
    const page = await readPage(target, {
      table: 'results',
      index: 'by-status',
      values: ['MATCHED', 'UNKNOWN'],
      schema: FaceRecord,
      order: 'desc',
      limit: Math.min(PAGE, most - rows.length),
      ...(from && { from }),
    });
    rows.push(...page.rows);
    from = page.next;
  } while (from && rows.length < most);
  const persons = await readPersons(target);
  const own = new Set(persons.flatMap(({ person_id, threshold }) => (threshold === undefined ? [] : [person_id])));
  const since = rows.at(-1)?.timestamp;
  const dependent = rows.flatMap((row) => dependentOn(row, own));
  return { count: rows.length, dependent, ...(since !== undefined && { since }) };
}

/** What was decided by hand, or has a reason of its own, stays as it is; so does who has a threshold of their own. */
function dependentOn(row: FaceRecord, own: ReadonlySet<string>): SearchedFace[] {
  const { image_id, source, reason, person_id, similarity, candidate } = row;
  if (source !== 'machine') return [];
  if (reason === 'SIMILARITY_ABOVE_THRESHOLD' && person_id !== undefined && similarity !== undefined) {
    return own.has(person_id) ? [] : [{ image_id, named: true, similarity }];
  }
  if (reason === 'SIMILARITY_BELOW_THRESHOLD' && candidate) {
    return own.has(candidate.person_id) ? [] : [{ image_id, named: false, similarity: candidate.similarity }];
  }
  return [];
}

/** Faces that would be named otherwise than they are, and the photos that they are in. */
export interface Otherwise {
  readonly threshold: number;
  /** Faces that would get a name, and that would lose it. */
  readonly gained: number;
  readonly lost: number;
  readonly photos: number;
}

/** What each threshold would change, if these faces were uploaded again. */
export function otherwiseAt(faces: readonly SearchedFace[], thresholds: readonly number[]): Otherwise[] {
  const named = faces.filter((face) => face.named);
  const nameless = faces.filter((face) => !face.named);
  return thresholds.map((threshold) => {
    const gains = nameless.filter(({ similarity }) => similarity >= threshold);
    const losses = named.filter(({ similarity }) => similarity < threshold);
    const photos = new Set([...gains, ...losses].map(({ image_id }) => image_id)).size;
    return { threshold, gained: gains.length, lost: losses.length, photos };
  });
}
