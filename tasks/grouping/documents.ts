import type { S3Client } from '@aws-sdk/client-s3';
import { Comparisons, UnknownGroups, type GroupedFace } from '../../schemas/grouping.ts';
import { COMPARISONS_KEY, GROUPS_KEY, PREFIXES, vectorIdOf } from '../../schemas/keys.ts';
import { listVersions, removeVersions, type VersionedStore } from '../forgetting/versions.ts';
import { readJson, writeJson } from '../storage/objects.ts';
import { withCompared } from './comparisons.ts';
import { SMALLEST_GROUP } from './groups.ts';

/** What is kept of groupings: which faces are alike, and the groups. */
export interface Documents {
  readonly comparisons: Comparisons | undefined;
  readonly groups: UnknownGroups | undefined;
}

export async function readDocuments({ s3, bucket }: VersionedStore): Promise<Documents> {
  return {
    comparisons: await readJson(s3, { bucket, key: COMPARISONS_KEY }, Comparisons),
    groups: await readJson(s3, { bucket, key: GROUPS_KEY }, UnknownGroups),
  };
}

/** Older versions are removed: they tell of faces that somebody may have wanted to be forgotten. */
export async function writeDocuments(store: VersionedStore, { comparisons, groups }: Documents): Promise<void> {
  await writeIfThere(store.s3, store.bucket, COMPARISONS_KEY, comparisons);
  await writeIfThere(store.s3, store.bucket, GROUPS_KEY, groups);
  await removeOlderDocuments(store);
}

async function writeIfThere(s3: S3Client, bucket: string, key: string, value: unknown): Promise<void> {
  if (value !== undefined) await writeJson(s3, { bucket, key }, value);
}

/** Gives how many there were. */
export async function removeOlderDocuments({ s3, bucket }: VersionedStore): Promise<number> {
  const { versions } = await listVersions(s3, bucket, PREFIXES.groups);
  return removeVersions(
    s3,
    bucket,
    versions.filter(({ latest }) => !latest),
  );
}

/** The ids of all faces that the documents tell of. */
export function facesIn({ comparisons, groups }: Documents): Set<string> {
  const grouped = [...(groups?.groups ?? []).flatMap(({ faces }) => faces), ...(groups?.suggestions ?? []).flat()];
  return new Set([
    ...(comparisons?.faces ?? []).map(({ id }) => id),
    ...grouped.map(({ crop_key }) => vectorIdOf(crop_key)),
  ]);
}

/** The documents with these faces only. A group that becomes too small is none any more. */
export function onlyFaces({ comparisons, groups }: Documents, stay: { has(id: string): boolean }): Documents {
  const staying = (faces: readonly GroupedFace[]) => faces.filter(({ crop_key }) => stay.has(vectorIdOf(crop_key)));
  return {
    comparisons: comparisons && withCompared(comparisons, [], stay),
    groups: groups && {
      ...groups,
      groups: groups.groups
        .map(({ id, faces }) => ({ id, faces: staying(faces) }))
        .filter(({ faces }) => faces.length >= SMALLEST_GROUP),
      suggestions: groups.suggestions.map(staying).filter(({ length }) => length > 1),
    },
  };
}
