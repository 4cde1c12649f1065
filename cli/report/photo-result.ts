import { readFaces } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { UploadOutcome } from '../upload/upload-and-wait.ts';

/** What `--json` prints of a photo, on one line. Scripts rely on the names. */
export interface PhotoResult {
  readonly image_id: string;
  readonly status: PhotoRecord['status'];
  readonly reason?: string;
  readonly faces: readonly FaceResult[];
  /** null if the photo failed and nothing was written. */
  readonly processed_key: string | null;
  /** null if no execution is known. */
  readonly execution_arn: string | null;
  readonly duration_ms: number | null;
}

interface FaceResult {
  readonly index: number;
  readonly status: FaceRecord['status'];
  readonly reason?: string;
  readonly person?: string;
  readonly person_id?: string;
  readonly face_id?: string;
  readonly similarity?: number;
  readonly confidence: number;
  readonly bounding_box: FaceRecord['bounding_box'];
  readonly emotions: FaceRecord['emotions'];
}

/** A photo with its faces, as the tables hold them. */
export interface PhotoWithFaces {
  readonly photo: PhotoRecord;
  readonly faces: readonly FaceRecord[];
  readonly durationMs: number | null;
}

/** What a command reports of a photo: its rows, or why there are none. */
export type PhotoReport = PhotoWithFaces | { readonly image_id: string; readonly problem: string };

export async function withFaces(target: Target, photo: PhotoRecord): Promise<PhotoWithFaces> {
  const faces = photo.face_count === 0 ? [] : await readFaces(target, photo);
  return { photo, faces, durationMs: durationOf(photo) };
}

export async function reportOf(target: Target, outcome: UploadOutcome<PhotoRecord>): Promise<PhotoReport> {
  const { key, row, problem = '' } = outcome;
  return row ? withFaces(target, row) : { image_id: key.slice(PREFIXES.input.length), problem };
}

/** null where the row does not tell. Asking Step Functions would take minutes for thousands of failures. */
function durationOf({ status, claimed_at, processed_at, failed_at }: PhotoRecord): number | null {
  const ended = status === 'FAILED' ? failed_at : processed_at;
  return ended === undefined ? null : Date.parse(ended) - Date.parse(claimed_at);
}

export function photoResult(shown: PhotoReport): PhotoResult {
  if ('problem' in shown) {
    const { image_id, problem } = shown;
    const nothing = { faces: [], processed_key: null, execution_arn: null, duration_ms: null };
    return { image_id, status: 'FAILED', reason: problem, ...nothing };
  }
  const { photo, faces, durationMs } = shown;
  const reason = photo.reason ?? (photo.status === 'FAILED' ? photo.error : undefined);
  return {
    image_id: photo.image_id,
    status: photo.status,
    ...(reason === undefined ? {} : { reason }),
    faces: faces.map(faceResult),
    processed_key: photo.processed_key ?? null,
    execution_arn: photo.execution_arn,
    duration_ms: durationMs,
  };
}

function faceResult(face: FaceRecord): FaceResult {
  const { face_index, status, reason, person, person_id, face_id, similarity, confidence } = face;
  return {
    index: face_index,
    status,
    reason,
    ...(person === undefined ? {} : { person }),
    ...(person_id === undefined ? {} : { person_id }),
    ...(face_id === undefined ? {} : { face_id }),
    ...(similarity === undefined ? {} : { similarity }),
    confidence,
    bounding_box: face.bounding_box,
    emotions: face.emotions,
  };
}

export const hasFailed = (shown: PhotoReport) => 'problem' in shown || shown.photo.status === 'FAILED';
