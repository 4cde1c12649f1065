import type { S3Client } from '@aws-sdk/client-s3';
import { ComparedUnknown, GroupableFaces, type GroupableFace, type UnknownGroups } from '../schemas/grouping.ts';
import { comparedFaceKeyOf, groupableFacesKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import type { VersionedStore } from './forgetting/versions.ts';
import { pairsOf, withCompared, type Compared } from './grouping/comparisons.ts';
import { facesIn, onlyFaces, readDocuments, writeDocuments, type Documents } from './grouping/documents.ts';
import { withIds } from './grouping/group-ids.ts';
import { groupFaces } from './grouping/groups.ts';
import { outcomeOf } from './grouping/paid-turns.ts';
import { readUnknownFaces, type FaceWithCrop, type UnknownFaceReader } from './grouping/unknown-faces.ts';
import { s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { TaskError } from './runtime/errors.ts';
import { readJson } from './storage/objects.ts';

interface Services extends UnknownFaceReader {
  readonly s3: S3Client;
  readonly now: () => Date;
}

const CONCURRENCY = 40;

/**
 * Groups the faces that are probably one person, and keeps what was learnt of them. Groups keep their ids from one run
 * to the next. Faces that were named meanwhile are left out.
 */
export async function run(
  { bucket, run: id }: Input<'write-groups'>,
  services: Services,
): Promise<Output<'write-groups'>> {
  const store = { ...services, bucket };
  const learnt = (await mapConcurrently(await readFresh(store, id), CONCURRENCY, (face) => learn(face, store))).flat();
  const before = await readDocuments(store);
  const unknown = await readUnknownFaces(services);
  const comparisons = withCompared(before.comparisons, learnt, unknown);
  const written = { comparisons, groups: groupsOf(comparisons, unknown, before.groups, services.now()) };
  await writeDocuments(store, written);
  await leaveOutNamed(store, written);
  return { faces: comparisons.faces.length, groups: written.groups.groups.length };
}

async function readFresh({ s3, bucket }: VersionedStore, id: string): Promise<GroupableFace[]> {
  const key = groupableFacesKeyOf(id, 'fresh');
  const faces = await readJson(s3, { bucket, key }, GroupableFaces);
  if (faces) return faces;
  throw new TaskError('FacesMissing', `There is no ${key}. It may have expired: group again.`);
}

/** Nothing if the face was not unknown any more when it was its turn. */
async function learn(face: GroupableFace, { s3, bucket }: VersionedStore): Promise<Compared[]> {
  const { face_id, refused } = await outcomeOf(s3, bucket, face);
  if (face_id === undefined) return refused ? [{ id: face.id, alike: [] }] : [];
  const compared = await readJson(s3, { bucket, key: comparedFaceKeyOf(face.id) }, ComparedUnknown);
  return compared?.face_id === face_id ? [{ id: face.id, ...compared }] : [];
}

function groupsOf(
  comparisons: ReturnType<typeof withCompared>,
  unknown: ReadonlyMap<string, FaceWithCrop>,
  before: UnknownGroups | undefined,
  now: Date,
): UnknownGroups {
  const usable = comparisons.faces.filter(({ face_id }) => face_id !== undefined);
  const nameOf = ({ image_id, face_index }: Pick<FaceWithCrop, 'image_id' | 'face_index'>) =>
    `${image_id}#${face_index}`;
  const byName = new Map(usable.map(({ id }) => [nameOf(unknown.get(id)!), unknown.get(id)!]));
  const faces = [...byName].map(([name, { image_id }]) => ({ id: name, photo: image_id }));
  const pairs = pairsOf(comparisons).map(({ faces: [a, b], similarity }) => ({
    faces: [nameOf(unknown.get(a)!), nameOf(unknown.get(b)!)] as const,
    similarity,
  }));
  const { groups, suggestions } = groupFaces(faces, pairs);
  const earlier = new Map((before?.groups ?? []).map((group) => [group.id, group.faces.map(nameOf)]));
  const grouped = (names: readonly string[]) =>
    names.map((name) => {
      const { image_id, face_index, crop_key } = byName.get(name)!;
      return { image_id, face_index, crop_key };
    });
  const newest = [...unknown.values()].reduce<string | undefined>(
    (latest, { timestamp }) => (latest === undefined || timestamp > latest ? timestamp : latest),
    undefined,
  );
  return {
    grouped_at: now.toISOString(),
    faces: comparisons.faces.length,
    refused: comparisons.faces.length - usable.length,
    ...(newest === undefined ? {} : { newest }),
    groups: [...withIds(groups, earlier)].map(([id, names]) => ({ id, faces: grouped(names) })),
    suggestions: suggestions.map(grouped),
  };
}

/** Who named or forgot a face while the documents were written has not seen them. */
async function leaveOutNamed(store: VersionedStore & UnknownFaceReader, written: Documents): Promise<void> {
  const unknown = await readUnknownFaces(store);
  if ([...facesIn(written)].every((face) => unknown.has(face))) return;
  await writeDocuments(store, onlyFaces(written, unknown));
}

export const handler = defineTask({
  name: 'write-groups',
  services: () => ({
    s3: s3Client(),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    now: () => new Date(),
  }),
  run,
  describe: ({ run: id }, output) => ({ run: id, faces: output?.faces, groups: output?.groups }),
});
