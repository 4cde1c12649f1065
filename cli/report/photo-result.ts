import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Outcome } from '../upload/upload-and-wait.ts';
import { inLanes } from '../map-concurrently.ts';
import { facesOf } from '../deployment/queries.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';

/** What `--json` prints of a photo, on one line. The names are for scripts to rely on. */
export interface PhotoResult {
  readonly image_id: string;
  readonly status: PhotoRecord['status'];
  readonly reason?: string;
  readonly faces: readonly FaceResult[];
  /** null where nothing was written: the photo failed. */
  readonly processed_key: string | null;
  /** null where no execution is known. */
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

/** A photo with its faces, as the tables have them. */
export interface Seen {
  readonly photo: PhotoRecord;
  readonly faces: readonly FaceRecord[];
  readonly durationMs: number | null;
}

/** What a command shows of one photo: what was seen in it, or why nothing came of it. */
export type Shown = Seen | { readonly image_id: string; readonly problem: string };

export async function seen(target: Target, photo: PhotoRecord): Promise<Seen> {
  const faces = photo.face_count === 0 ? [] : await facesOf(target, photo);
  return { photo, faces, durationMs: await durationOf(target, photo) };
}

/** Queries at once. */
const LANES = 16;

export const seeAll = (target: Target, photos: readonly PhotoRecord[]): Promise<Seen[]> =>
  inLanes(LANES, photos, (photo) => seen(target, photo));

export const showAll = (target: Target, outcomes: readonly Outcome<PhotoRecord>[]): Promise<Shown[]> =>
  inLanes(LANES, outcomes, async ({ key, row, problem = '' }) =>
    row ? seen(target, row) : { image_id: key.slice(PREFIXES.input.length), problem },
  );

/** Step Functions alone knows when an execution ended that wrote no result. */
async function durationOf(target: Target, photo: PhotoRecord): Promise<number | null> {
  if (photo.processed_at !== undefined) return Date.parse(photo.processed_at) - Date.parse(photo.claimed_at);
  if (photo.status !== 'FAILED') return null;
  try {
    const { startDate, stopDate } = await target.sfn.send(
      new DescribeExecutionCommand({ executionArn: photo.execution_arn }),
    );
    return startDate && stopDate ? stopDate.getTime() - startDate.getTime() : null;
  } catch (error) {
    // Executions are forgotten after 90 days.
    if ((error as Error).name === 'ExecutionDoesNotExist') return null;
    throw error;
  }
}

export function resultOf(shown: Shown): PhotoResult {
  if ('problem' in shown) {
    const { image_id, problem } = shown;
    const nothing = { faces: [], processed_key: null, execution_arn: null, duration_ms: null };
    return { image_id, status: 'FAILED', reason: problem, ...nothing };
  }
  const { photo, faces, durationMs } = shown;
  const reason = photo.reason ?? photo.error;
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

export const failed = (shown: Shown) => 'problem' in shown || shown.photo.status === 'FAILED';
