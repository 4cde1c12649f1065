import { sharedDetectionKeyOf, workPrefixOfObject } from '../schemas/keys.ts';
import { Processed } from '../schemas/processed.ts';
import type { FaceRecord, PhotoRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { cropKeyOfFace } from './forgetting/crops.ts';
import { expiredRow, isExpired, isNameless, NAMELESS, putExpired, withoutExpired } from './forgetting/expired.ts';
import { readByStatus } from './forgetting/index-pages.ts';
import { photoStore, readPhoto, type PhotoStore } from './forgetting/photo-without.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import { listVersions, removeAllVersions, removeVersions } from './forgetting/versions.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { etagOf, readJson, replaceObject } from './storage/objects.ts';

type Services = PhotoStore & Clock;

/** Photos whose rows are changed at once. */
const CONCURRENCY = 10;

/** Takes from faces that nobody is named for what tells who they are: crops, search answers, emotions and measures. */
export async function run(
  { forgetting, progress }: Input<'expire-faces'>,
  services: Services,
): Promise<Output<'expire-faces'>> {
  const before = forgetting.unknown_before ?? '';
  const walk = { dynamoDb: services.dynamoDb, tableName: services.resultsTable, values: NAMELESS, before };
  const tally = new Tally(progress);
  const late = turnEnds(services);
  let { cursor } = progress;
  do {
    const page = await readByStatus(walk, cursor);
    const photos = new Set(page.rows.map((row) => String(row['image_id'])));
    await mapConcurrently([...photos], CONCURRENCY, (id) => expireIn(services, id, before, tally));
    cursor = page.cursor;
  } while (cursor !== undefined && !late());
  return tally.progress(progress, cursor);
}

/** A photo that is being processed is left for the next time. */
async function expireIn(services: Services, imageId: string, before: string, tally: Tally): Promise<void> {
  const { photo, faces } = await readPhoto(services, imageId);
  if (!photo || photo.status === 'PROCESSING') return;
  const nameless = faces.filter((face) => isNameless(face, before));
  if (nameless.every(isExpired)) return;
  for (const face of nameless) await removeCrop(services, photo, face, tally);
  const expired = new Map(nameless.map((face) => [face.face_index, expiredRow(face)]));
  await expireInJson(services, photo, expired, tally);
  const { s3, bucket } = services;
  tally.add('work_files', await removeAllVersions(s3, bucket, workPrefixOfObject(photo.key)));
  if (photo.sha256 !== undefined) {
    tally.add('work_files', await removeAllVersions(s3, bucket, sharedDetectionKeyOf(photo.sha256)));
  }
  // Last, because the rows tell of the rest.
  for (const face of nameless) {
    if (!isExpired(face) && (await putExpired(services, face))) tally.add('unknown_faces', 1);
  }
}

async function removeCrop({ s3, bucket }: Services, photo: PhotoRecord, face: FaceRecord, tally: Tally) {
  const key = face.crop_key ?? cropKeyOfFace(photo, face);
  if (key !== undefined) tally.add('crops', await removeAllVersions(s3, bucket, key));
}

async function expireInJson(
  { s3, bucket }: Services,
  { processed_key: key }: PhotoRecord,
  expired: ReadonlyMap<number, FaceRecord>,
  tally: Tally,
): Promise<void> {
  if (key === undefined) return;
  const seen = await etagOf(s3, bucket, key);
  const json = await readJson(s3, { bucket, key }, Processed);
  if (!json) return;
  const body = `${JSON.stringify(parse(Processed, withoutExpired(json, expired), `JSON file ${key}`))}\n`;
  if (await replaceObject(s3, { bucket, key, body, seen })) tally.add('results', 1);
  const { versions } = await listVersions(s3, bucket, key);
  const older = versions.filter((version) => version.key === key && !version.latest);
  tally.add('older_versions', await removeVersions(s3, bucket, older));
}

export const handler = defineTask({
  name: 'expire-faces',
  services: () => ({ ...photoStore(), now: () => new Date() }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    faces: output?.removed.unknown_faces,
  }),
});
