import type { Decision } from '../schemas/decisions.ts';
import type { FaceStatus } from '../schemas/faces.ts';
import { FIRST_DRAWN_FACE, processedKeyOf } from '../schemas/keys.ts';
import type { FaceRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readLedger } from './decisions/ledger.ts';
import { decisionServices, deriveRows, type DecisionServices } from './decisions/rows.ts';
import { Detection } from './faces/detect.ts';
import { defineTask } from './runtime/define-task.ts';
import { TaskError } from './runtime/errors.ts';
import { count } from './runtime/metrics.ts';
import { ownsClaim, isOutdated } from './storage/claims.ts';
import { etagOf, readJson } from './storage/objects.ts';
import { addressOf, processedFace, publish, resultServices, type ResultServices } from './storage/processed-json.ts';
import { readFaces, photoRow, removeFaces } from './storage/result-rows.ts';

type Services = ResultServices & DecisionServices;

/**
 * Reads the faces back, applies what was decided by hand, writes `processed/….json`, and sets the photo's status last.
 */
export async function run(input: Input<'write-processed'>, services: Services): Promise<Output<'write-processed'>> {
  const { photo, details_key, face_count } = input;
  const { dynamoDb, resultsTable, decisionsTable } = services;
  const key = processedKeyOf(photo.image_id);
  const [records, ledger, detection, seen] = await Promise.all([
    readFaces(dynamoDb, resultsTable, photo.image_id),
    readLedger(dynamoDb, decisionsTable, photo.picture.sha256),
    face_count === 0 ? undefined : readJson(services.s3, { bucket: photo.bucket, key: details_key }, Detection),
    etagOf(services.s3, photo.bucket, key),
  ]);
  const found = records.filter(({ sequencer }) => sequencer === photo.sequencer);
  const older = records.filter(({ sequencer }) => sequencer < photo.sequencer);
  const faces = await write(input, { found, older, ledger, detection, key, seen }, services);
  if (!faces && (await isOutdated(dynamoDb, photoRow(resultsTable, photo.image_id), photo))) {
    await removeFaces(services, photo.bucket, found);
  }

  const address = { image_id: photo.image_id, bucket: photo.bucket, processed_key: key };
  if (!faces) return { status: 'SUPERSEDED', ...address, faces: {} };
  const status = statusOf(faces);
  const tally = tallyOf(faces);
  measure(status, tally);
  return { status, ...address, faces: tally };
}

/** What is read at the same time, before the claim is checked. */
interface Read {
  /** The rows of this version. */
  readonly found: readonly FaceRecord[];
  readonly older: readonly FaceRecord[];
  readonly ledger: readonly Decision[];
  readonly detection: Detection | undefined;
  /** Key and ETag of the JSON file. */
  readonly key: string;
  readonly seen: string | undefined;
}

/** Gives the faces, or nothing if a newer version has taken the photo over. */
async function write(
  { photo, details_key, face_count }: Input<'write-processed'>,
  { found, older, ledger, detection, key, seen }: Read,
  services: Services,
): Promise<FaceRecord[] | undefined> {
  // Checked after the faces were read: a newer version removes them, and then none is missing.
  if (!(await ownsClaim(services.dynamoDb, photoRow(services.resultsTable, photo.image_id), photo))) return undefined;
  const detected = found.filter(({ face_index }) => face_index < FIRST_DRAWN_FACE);
  if (detected.length !== face_count) {
    throw new TaskError(
      'FacesMissing',
      `${photo.image_id} has ${face_count} faces, but ${detected.length} of them are in the table. Redrive the execution.`,
    );
  }
  if (face_count > 0 && !detection) {
    throw new TaskError(
      'FacesMissing',
      `${details_key} has expired: start ${photo.image_id} anew instead of redriving it.`,
    );
  }
  const faces = await deriveRows(services, photo, found, ledger);
  // The status comes last: it says that everything is done.
  await removeFaces(services, photo.bucket, older);
  const { width, height, format, sha256 } = photo.picture;
  const model = faces.find(({ model_version }) => model_version !== undefined)?.model_version;
  const published = await publish(services, {
    object: photo,
    key,
    seen,
    matched: faces.filter(({ status }) => status === 'MATCHED').length,
    processed: {
      image_id: photo.image_id,
      ...addressOf(photo),
      width,
      height,
      format,
      sha256,
      processed_at: services.now().toISOString(),
      pipeline_version: services.pipelineVersion,
      ...(model === undefined ? {} : { model_version: model }),
      status: statusOf(faces),
      faces: faces.map((face) => processedFace(face, detection?.faces[face.face_index] ?? {})),
    },
  });
  return published ? faces : undefined;
}

const statusOf = (faces: readonly FaceRecord[]) => (faces.length === 0 ? 'NO_FACES' : 'COMPLETED');

function tallyOf(faces: readonly FaceRecord[]): Partial<Record<FaceStatus, number>> {
  const tally: Partial<Record<FaceStatus, number>> = {};
  for (const { status } of faces) tally[status] = (tally[status] ?? 0) + 1;
  return tally;
}

function measure(status: 'COMPLETED' | 'NO_FACES', tally: Partial<Record<FaceStatus, number>>): void {
  count(status === 'NO_FACES' ? 'PhotosWithoutFaces' : 'PhotosCompleted');
  count('FacesMatched', tally.MATCHED ?? 0);
  count('FacesUnknown', tally.UNKNOWN ?? 0);
  count('FacesUnsearchable', tally.UNSEARCHABLE ?? 0);
}

export const handler = defineTask({
  name: 'write-processed',
  services: () => ({ ...resultServices(), ...decisionServices() }),
  run,
  describe: ({ photo }, output) => ({
    execution: photo.execution_arn,
    work: photo.work_prefix,
    status: output?.status,
  }),
});
