import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Batch, type PortraitMove } from '../schemas/decisions.ts';
import { ENROLMENT_METADATA, YES } from '../schemas/enrolment-options.ts';
import { batchKeyOf } from '../schemas/keys.ts';
import { EnrolmentRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { deleteIf } from './forgetting/tombstones.ts';
import { listVersions, removeAllVersions, removeVersions } from './forgetting/versions.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { nameOf, TaskError, WaitingError } from './runtime/errors.ts';
import { readRow } from './storage/conditional-updates.ts';
import { faceStore, releaseOwnFace, type FaceStore } from './storage/enrolled-faces.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';
import { etagOf, readJson, readStored } from './storage/objects.ts';

type Services = FaceStore & { readonly s3: S3Client };

/**
 * Makes one portrait somebody else's: enrols a copy of it, waits for that, and only then removes the portrait from the
 * person who had it. A copy that cannot be enrolled is removed instead, and the portrait stays where it is.
 */
export async function run(
  { bucket, batch: id, from }: Input<'move-portrait'>,
  services: Services,
): Promise<Output<'move-portrait'>> {
  const batch = await readJson(services.s3, { bucket, key: batchKeyOf(id) }, Batch);
  const portraits = batch?.portraits ?? [];
  const move = portraits[from];
  if (!move) {
    throw new TaskError(
      'DecisionsInvalid',
      `${batchKeyOf(id)} has no portrait ${from}. It may have expired: split again.`,
    );
  }
  await movePortrait(bucket, move, services);
  return { next: from + 1, more: from + 1 < portraits.length };
}

async function movePortrait(bucket: string, move: PortraitMove, services: Services): Promise<void> {
  const status = await statusOf(move.to, services);
  if (status === undefined && !(await copyPortrait(bucket, move, services))) return;
  if (status === 'ENROLLED') await removePortrait(bucket, move, services);
  else if (status === 'REFUSED' || status === 'FAILED') await removeAllVersions(services.s3, bucket, move.to);
  else throw new WaitingError('PhotoUnderWay', 'The portrait is being enrolled.');
}

async function statusOf(key: string, { dynamoDb, peopleTable }: FaceStore) {
  const row = await readRow(dynamoDb, enrolmentRow(peopleTable, key));
  return row && parse(EnrolmentRecord, row, 'record of the moved portrait').status;
}

/**
 * Unless it is there already. It is enrolled by force: it looks like the person who has it now. Returns false if there
 * is nothing to copy any more.
 */
async function copyPortrait(bucket: string, { from, version_id, to }: PortraitMove, { s3 }: Services) {
  if ((await etagOf(s3, bucket, to)) !== undefined) return true;
  try {
    const { bytes, metadata } = await readStored(s3, { bucket, key: from, version_id });
    const Metadata = { ...metadata, [ENROLMENT_METADATA.force]: YES };
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: to, Body: bytes, Metadata }));
    return true;
  } catch (error) {
    if (['NoSuchKey', 'NoSuchVersion'].includes(nameOf(error) ?? '')) return false;
    throw error;
  }
}

/** The row goes last: without it, nobody would know that the rest is to be removed. */
async function removePortrait(bucket: string, move: PortraitMove, services: Services): Promise<void> {
  const { from, person_id, sequencer, version_id = 'null' } = move;
  const { versions } = await listVersions(services.s3, bucket, from);
  const ofKey = versions.filter(({ key }) => key === from);
  // The newest come first. What was uploaded since stays.
  const at = ofKey.findIndex((version) => version.version_id === version_id);
  if (at !== -1) await removeVersions(services.s3, bucket, ofKey.slice(at));
  const row = enrolmentRow(services.peopleTable, from);
  await releaseOwnFace(services, { person_id, record: row.key['record']!, sequencer });
  await deleteIf(services.dynamoDb, row, { sequencer, status: 'ENROLLED' });
}

export const handler = defineTask({
  name: 'move-portrait',
  services: () => ({ ...faceStore(), s3: s3Client() }),
  run,
  describe: ({ batch, from }, output) => ({ batch, from, more: output?.more }),
});
