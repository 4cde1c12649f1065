import { PutObjectCommand } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFaces, readPhotos } from '../../client/deployment/queries.ts';
import { accountTarget, type Target } from '../../client/deployment/target.ts';
import { startAccount } from '../../local/account.ts';
import { portrait, readManifest, samplePath } from '../../samples/samples.ts';
import type { Deployment } from '../../schemas/deployment.ts';
import { COMPARISONS_KEY, GROUPS_KEY, PREFIXES, vectorIdOf } from '../../schemas/keys.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { randomFrom } from '../recall/frame.ts';
import { Objects } from './objects.ts';
import { copyOf, groupsOf, PEOPLE, peopleOf, type Copy, type Original, type Somebody } from './rows.ts';
import { Tables } from './tables.ts';

const DAY_MS = 86_400_000;
/** Over how long the photos are spread, in days. */
const DAYS = 3 * 365;

/** A new account with so many photos. Says what is in it. */
export async function fillAccount(dataDir: string, photos: number): Promise<string> {
  const samples = await processSamples(dataDir);
  const { faces, unknown } = await addPhotos(dataDir, samples, photos);
  const account = await startAccount({ dataDir, lazyEngine: true });
  await addGroups(accountTarget(account), unknown);
  await account.close();
  return `${photos} photos with ${faces} faces of ${PEOPLE} people, ${unknown.length} of them unknown.`;
}

/** The sample photos, really processed in a new account: what all others are copies of. */
async function processSamples(dataDir: string): Promise<{ originals: Original[]; deployment: Deployment }> {
  const manifest = await readManifest();
  const account = await startAccount({ dataDir });
  try {
    const target = accountTarget(account);
    for (const person of manifest.people) {
      await upload(target, `${PREFIXES.enroll}${person.name}/portrait.jpg`, await portrait(manifest, person));
    }
    await account.idle();
    for (const { file } of manifest.photos) {
      await upload(target, PREFIXES.input + file, await readFile(samplePath(manifest, file)));
    }
    await account.idle();
    const photos = await readPhotos(
      target,
      manifest.photos.map(({ file }) => PREFIXES.input + file),
    );
    const originals = await Promise.all(
      [...photos.values()].map(async (photo) => ({ photo, faces: await readFaces(target, photo) })),
    );
    return { originals, deployment: account.deployment };
  } finally {
    await account.close();
  }
}

const upload = ({ s3, deployment }: Target, Key: string, Body: Buffer) =>
  s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key, Body }));

/** Adds so many photos to an account that does not run, with all that recognizing them would have left but work files. */
async function addPhotos(
  dataDir: string,
  { originals, deployment }: { originals: readonly Original[]; deployment: Deployment },
  count: number,
): Promise<{ faces: number; unknown: FaceRecord[] }> {
  const random = randomFrom(1);
  const tables = await Tables.open(join(dataDir, 'dynamodb'));
  const objects = await Objects.open(join(dataDir, 'state'), deployment.bucket);
  const [result, person] = [await tables.into(deployment.results_table), await tables.into(deployment.people_table)];
  const now = Date.now();
  const everybody: Somebody[] = peopleOf(random, new Date(now - DAYS * DAY_MS));
  for (const { person: row, face } of everybody) {
    await person(row);
    await person(face);
  }
  let faces = 0;
  const unknown: FaceRecord[] = [];
  for (let at = 0; at < count; at += 1) {
    const time = new Date(now - DAY_MS - (at / count) * DAYS * DAY_MS);
    const name = `${time.toISOString().slice(0, 7)}/IMG_${String(count - at).padStart(6, '0')}.jpg`;
    const of = originals[Math.floor(random() * originals.length)]!;
    const copy = copyOf(of, { name, time }, everybody, random);
    await result(copy.photo);
    for (const face of copy.faces) await result(face);
    await copyObjects(objects, copy);
    faces += copy.faces.length;
    unknown.push(...copy.faces.filter(({ status }) => status === 'UNKNOWN'));
  }
  await tables.close();
  await objects.close();
  return { faces, unknown };
}

async function copyObjects(objects: Objects, { of, photo, faces }: Copy): Promise<void> {
  const add = (from: string, to: string) => objects.copy(from, to, photo.version_id!, photo.sequencer);
  await add(of.photo.key, photo.key);
  if (photo.processed_key) await add(of.photo.processed_key!, photo.processed_key);
  for (const [at, { crop_key }] of faces.entries()) await add(of.faces[at]!.crop_key!, crop_key!);
}

/** Writes what a grouping of the unknown faces leaves. */
async function addGroups({ s3, deployment }: Target, unknown: readonly FaceRecord[]): Promise<void> {
  const groups = groupsOf(unknown, new Date());
  const put = (Key: string, of: object) =>
    s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key, Body: JSON.stringify(of) }));
  await put(GROUPS_KEY, groups);
  const faces = groups.groups.flatMap((group) => group.faces.map(({ crop_key }) => ({ id: vectorIdOf(crop_key) })));
  await put(COMPARISONS_KEY, { faces, pairs: [] });
}
