import { Processed } from '../../schemas/processed.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import type { CheckServices, Page } from './checks.ts';
import { cropKeyOfFace } from './crops.ts';
import { isExpired, isNameless, NAMELESS } from './expired.ts';
import { readByStatus } from './index-pages.ts';
import { readPhoto } from './photo-without.ts';
import { readVersion } from './stored-json.ts';
import { listVersions } from './versions.ts';

const CONCURRENCY = 20;

/** Reads back the rows, the places of crops and the JSON of faces that nobody is named for. */
export async function checkExpired(services: CheckServices, before: string, cursor?: string): Promise<Page> {
  const { dynamoDb, resultsTable: tableName } = services;
  const page = await readByStatus({ dynamoDb, tableName, values: NAMELESS, before }, cursor);
  const photos = [...new Set(page.rows.map((row) => String(row['image_id'])))];
  const left = await mapConcurrently(photos, CONCURRENCY, (id) => leftIn(services, id, before));
  return { looked: page.rows.length, left: left.reduce((a, b) => a + b, 0), cursor: page.cursor };
}

async function leftIn(services: CheckServices, imageId: string, before: string): Promise<number> {
  const { photo, faces } = await readPhoto(services, imageId);
  if (!photo || photo.status === 'PROCESSING') return 0;
  const nameless = faces.filter((face) => isNameless(face, before));
  let left = nameless.filter((face) => !isExpired(face)).length;
  for (const face of nameless) {
    const key = cropKeyOfFace(photo, face);
    if (key !== undefined) left += (await listVersions(services.s3, services.bucket, key)).versions.length;
  }
  return left + (await leftInJson(services, photo.processed_key, nameless));
}

async function leftInJson(
  services: CheckServices,
  key: string | undefined,
  nameless: readonly FaceRecord[],
): Promise<number> {
  if (key === undefined) return 0;
  const { versions } = await listVersions(services.s3, services.bucket, key);
  let left = 0;
  for (const version of versions.filter((one) => one.key === key && !one.marker)) {
    const stored = await readVersion(services, version);
    const faces = stored ? Processed.parse(JSON.parse(stored.text)).faces : [];
    left += faces.filter(
      ({ index, landmarks, emotions }) =>
        landmarks.length + emotions.length > 0 && nameless.some(({ face_index }) => face_index === index),
    ).length;
  }
  return left;
}
