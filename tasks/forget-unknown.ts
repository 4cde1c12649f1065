import { GROUPING_WORK } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { Tally, turnEnds } from './forgetting/turn.ts';
import { removeAllVersions, type VersionedStore } from './forgetting/versions.ts';
import { facesIn, onlyFaces, readDocuments, removeOlderDocuments, writeDocuments } from './grouping/documents.ts';
import { readUnknownFaces, type UnknownFaceReader } from './grouping/unknown-faces.ts';
import { listVectors, removeStrays, straysAmong, type UnknownCollection } from './grouping/vectors.ts';
import { clock } from './pacing/services.ts';
import type { Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';

interface Services extends VersionedStore, UnknownFaceReader, UnknownCollection, Clock {}

/**
 * Removes what groupings keep of faces that are not unknown any more, and so of all faces that were named for the
 * person: vectors, what was found out about them, and their places in groups. Vectors do not say whose they are, so
 * nothing else is asked of them.
 */
export async function run(
  { progress }: Input<'forget-unknown'>,
  services: Services,
): Promise<Output<'forget-unknown'>> {
  const tally = new Tally(progress);
  const { vectors, cursor } = await listVectors(services, progress.cursor, turnEnds(services));
  const unknown = await readUnknownFaces(services);
  tally.add('unknown_vectors', await removeStrays(services, straysAmong(vectors, unknown)));
  if (cursor !== undefined) return tally.progress(progress, cursor);
  tally.add('work_files', await removeAllVersions(services.s3, services.bucket, GROUPING_WORK));
  const documents = await readDocuments(services);
  if (![...facesIn(documents)].every((face) => unknown.has(face))) {
    await writeDocuments(services, onlyFaces(documents, unknown));
    tally.add('results', 1);
  }
  tally.add('older_versions', await removeOlderDocuments(services));
  return tally.progress(progress);
}

export const handler = defineTask({
  name: 'forget-unknown',
  services: () => ({
    s3: s3Client(),
    bucket: env('BUCKET'),
    dynamoDb: dynamoDbClient(),
    rekognition: rekognitionClient(),
    resultsTable: env('RESULTS_TABLE'),
    unknownCollectionId: env('UNKNOWN_COLLECTION_ID'),
    ...clock(),
  }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    vectors: output?.removed.unknown_vectors,
  }),
});
