import type { FaceStatus } from '../../schemas/faces.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { readFitting, readPage, type Position } from '../deployment/pages.ts';
import type { Period } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** What is sought of single faces. */
export interface FaceFilter {
  /** The strongest emotion. */
  readonly emotion?: string | undefined;
  /** Of the match. */
  readonly min_similarity?: number | undefined;
}

export interface FaceList extends FaceFilter {
  /** In one of these statuses, or of one of these ids of a person. */
  readonly by: { readonly statuses: readonly FaceStatus[] } | { readonly people: readonly string[] };
  readonly period: Period;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly from?: Position | undefined;
}

/** Lists faces by time. A page may be short, or empty, and still not the last. */
export async function listFaces(
  target: Target,
  { by, limit, from, emotion, min_similarity, ...of }: FaceList,
): Promise<{ readonly faces: readonly FaceRecord[]; readonly next?: Position }> {
  const slice =
    'people' in by
      ? ({ index: 'by-person', values: by.people } as const)
      : ({ index: 'by-status', values: by.statuses } as const);
  const isFiltered = emotion !== undefined || min_similarity !== undefined;
  const fits = isFiltered ? (face: FaceRecord) => fitsFilter(face, { emotion, min_similarity }) : undefined;
  const { rows: faces, next } = await readFitting(
    (page) => readPage(target, { ...slice, ...of, table: 'results', schema: FaceRecord, fits, ...page }),
    { limit, from },
  );
  return { faces, ...(next && { next }) };
}

function fitsFilter({ emotions, similarity = 0 }: FaceRecord, { emotion, min_similarity = 0 }: FaceFilter): boolean {
  return (emotion === undefined || strongestOf(emotions) === emotion) && similarity >= min_similarity;
}

/** The emotion that the face most probably shows. */
export const strongestOf = (emotions: FaceRecord['emotions']) =>
  emotions.toSorted((a, b) => b.confidence - a.confidence)[0]?.type;
