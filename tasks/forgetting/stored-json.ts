import { GetObjectCommand } from '@aws-sdk/client-s3';
import { detectionKeyOf, PREFIXES, sharedDetectionKeyOf } from '../../schemas/keys.ts';
import { Processed } from '../../schemas/processed.ts';
import { parse } from '../runtime/define-task.ts';
import { nameOf } from '../runtime/errors.ts';
import { replaceObject } from '../storage/objects.ts';
import { listVersions, removeVersions, type ObjectVersion, type VersionedStore } from './versions.ts';
import { faceWithout } from './without-people.ts';

const SHARED_DETECTIONS = sharedDetectionKeyOf('').split('/').slice(0, 2).join('/');

/** A JSON file that can name people. Detections cannot, and are the largest part of `work/`. */
export const isAnswer = (key: string) =>
  key.endsWith('.json') &&
  (key.startsWith(PREFIXES.processed) ||
    (key.startsWith(PREFIXES.work) && !key.endsWith(`/${detectionKeyOf('')}`) && !key.startsWith(SHARED_DETECTIONS)));

interface StoredText {
  readonly text: string;
  readonly etag: string | undefined;
}

/** A version as text. Undefined if it has been removed since it was listed. */
export async function readVersion(
  { s3, bucket }: VersionedStore,
  { key, version_id }: Pick<ObjectVersion, 'key' | 'version_id'>,
): Promise<StoredText | undefined> {
  try {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version_id }));
    return { text: (await answer.Body?.transformToString()) ?? '', etag: answer.ETag };
  } catch (error) {
    if (nameOf(error) === 'NoSuchKey' || nameOf(error) === 'NoSuchVersion') return undefined;
    throw error;
  }
}

/** Writes a photo's JSON again without these people, and removes the versions that named them. */
export async function removeFromJson(
  store: VersionedStore,
  key: string,
  { text, etag }: StoredText,
  people: ReadonlySet<string>,
): Promise<boolean> {
  const { s3, bucket } = store;
  const processed = parse(Processed, JSON.parse(text), `JSON file ${key}`);
  const body = { ...processed, faces: processed.faces.map((face) => faceWithout(face, people)) };
  // If somebody wrote in between, the next round finds what is left.
  if (!(await replaceObject(s3, { bucket, key, body: `${JSON.stringify(body)}\n`, seen: etag }))) return false;
  const { versions } = await listVersions(s3, bucket, key);
  const older = versions.filter((version) => version.key === key && !version.latest);
  await removeVersions(s3, bucket, older);
  return true;
}
