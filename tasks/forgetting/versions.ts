import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type DeleteMarkerEntry,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';

export interface VersionedStore {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  readonly version_id: string;
  readonly latest: boolean;
  readonly marker: boolean;
}

export interface VersionsPage {
  readonly versions: readonly ObjectVersion[];
  /** Where the next page begins. Absent after the last. */
  readonly next?: VersionsStart;
}

export interface VersionsStart {
  readonly key: string;
  readonly version_id: string;
}

/** A page of all versions of all objects under a prefix: at most 1,000. */
export async function listVersions(
  s3: S3Client,
  bucket: string,
  prefix: string,
  start?: VersionsStart,
): Promise<VersionsPage> {
  const answer = await s3.send(
    new ListObjectVersionsCommand({
      Bucket: bucket,
      Prefix: prefix,
      KeyMarker: start?.key,
      VersionIdMarker: start?.version_id,
    }),
  );
  const entry = (marker: boolean) => (of: DeleteMarkerEntry) => ({
    key: of.Key!,
    version_id: of.VersionId ?? 'null',
    latest: of.IsLatest === true,
    marker,
  });
  const versions = [
    ...(answer.Versions ?? []).map(entry(false)),
    // Last, so that no older version is uncovered before it is deleted too.
    ...(answer.DeleteMarkers ?? []).map(entry(true)),
  ];
  if (!answer.IsTruncated) return { versions };
  return { versions, next: { key: answer.NextKeyMarker!, version_id: answer.NextVersionIdMarker! } };
}

/** Removes versions for good, at most 1,000, and gives their number. */
export async function removeVersions(
  s3: S3Client,
  bucket: string,
  versions: readonly Pick<ObjectVersion, 'key' | 'version_id'>[],
): Promise<number> {
  if (versions.length === 0) return 0;
  const Objects = versions.map(({ key, version_id }) => ({ Key: key, VersionId: version_id }));
  const { Errors: [error] = [] } = await s3.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  );
  if (error) throw namedError(error.Code, error.Message);
  return versions.length;
}

/** An error of one of many deletions, under the name by which it is retried. */
function namedError(name = 'InternalError', message = 'S3 did not delete a version.'): Error {
  return Object.assign(new Error(message), { name });
}

/** Removes every version of everything under a prefix, or of the chosen keys there. */
export async function removeAllVersions(
  s3: S3Client,
  bucket: string,
  prefix: string,
  isChosen: (key: string) => boolean = () => true,
): Promise<number> {
  let removed = 0;
  let start: VersionsStart | undefined;
  do {
    const { versions, next } = await listVersions(s3, bucket, prefix, start);
    removed += await removeVersions(
      s3,
      bucket,
      versions.filter(({ key }) => isChosen(key)),
    );
    start = next;
  } while (start);
  return removed;
}

const Place = z.strictObject({
  at: z.int(),
  start: z.strictObject({ key: z.string(), version_id: z.string() }).optional(),
});

/** A walk through several prefixes, page by page, which goes on at a cursor. */
export function walkFrom(prefixes: readonly string[], cursor: string | undefined) {
  let place: z.infer<typeof Place> = cursor === undefined ? { at: 0 } : Place.parse(JSON.parse(cursor));
  return {
    get prefix() {
      return prefixes[place.at]!;
    },
    get start() {
      return place.start;
    },
    /** Undefined at the end. */
    get cursor() {
      return place.at < prefixes.length ? JSON.stringify(place) : undefined;
    },
    advance: (next: VersionsStart | undefined) => {
      place = next ? { at: place.at, start: next } : { at: place.at + 1 };
    },
  };
}
