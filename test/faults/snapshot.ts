import { ListFacesCommand, ListUsersCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { isDeepStrictEqual } from 'node:util';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { PREFIXES, workPrefixOf } from '../../schemas/keys.ts';
import type { TestAccount, UploadedObject } from '../support/test-account.ts';

/** All that a run leaves behind, without times, slots and the ids of executions and versions: two good runs are equal. */
export interface Snapshot {
  readonly results: unknown;
  readonly people: unknown;
  readonly decisions: unknown;
  readonly objects: unknown;
  readonly faces: unknown;
  readonly users: unknown;
  readonly unknownFaces: unknown;
}

type Account = Pick<TestAccount, 's3' | 'dynamoDb' | 'rekognition' | 'deployment' | 'uploads'>;

export async function snapshotOf(account: Account): Promise<Snapshot> {
  const { deployment } = account;
  const facesOf = async (CollectionId: string) => {
    const { Faces = [] } = await account.rekognition.send(new ListFacesCommand({ CollectionId }));
    return sorted(
      Faces.map((face) => ({ ...face, ImageId: undefined })),
      ['ExternalImageId'],
    );
  };
  const snapshot = {
    results: sorted(
      (await scanTable(account.dynamoDb, deployment.results_table)).filter(({ record }) => record !== 'meter'),
      ['image_id', 'record'],
    ),
    people: sorted(await scanTable(account.dynamoDb, deployment.people_table), ['person_id', 'record']),
    decisions: sorted(await scanTable(account.dynamoDb, deployment.decisions_table), ['photo', 'entry']),
    objects: await objectsOf(account),
    faces: await facesOf(deployment.collection),
    users: (await account.rekognition.send(new ListUsersCommand({ CollectionId: deployment.collection }))).Users,
    unknownFaces: await facesOf(deployment.unknown_collection),
  };
  return JSON.parse(withoutIds(canonical(snapshot), [...account.uploads, ...copied(snapshot.people)])) as Snapshot;
}

/** A sentence for each part that differs. */
export function differences(found: Snapshot, expected: Snapshot): string[] {
  return (Object.keys(expected) as (keyof Snapshot)[])
    .filter((part) => !isDeepStrictEqual(found[part], expected[part]))
    .map((part) => `${part} differ: ${JSON.stringify(found[part])} in place of ${JSON.stringify(expected[part])}`);
}

/** Every current object: JSON with its content, pictures with their ETag. */
async function objectsOf({ s3, deployment }: Account): Promise<unknown> {
  const Bucket = deployment.bucket;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const entries = Contents.map(async ({ Key = '', ETag }) => {
    if (!Key.endsWith('.json')) return [Key, ETag] as const;
    // What is done again after a fault is not counted again.
    if (Key.startsWith(PREFIXES.receipts)) return [Key, 'a receipt'] as const;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, JSON.parse((await Body?.transformToString()) ?? '')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const sorted = (rows: Record<string, unknown>[], key: readonly string[]) => {
  const keyOf = (row: Record<string, unknown>) => key.map((name) => String(row[name])).join('\n');
  return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
};

/** JSON with sorted keys, so that ids, which are numbered in order of appearance, get the same numbers in each run. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, found: unknown) => {
    const part = found instanceof Set ? [...found].toSorted() : found;
    return typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  });
}

/** Portraits that a task has uploaded again for somebody else. */
const copied = (people: readonly Record<string, unknown>[]) =>
  people.flatMap(({ key, etag, version_id }) => {
    if (typeof key !== 'string' || typeof etag !== 'string' || !key.includes('/moved-')) return [];
    return [{ version: String(version_id), work: workPrefixOf(key, etag, String(version_id)) }];
  });

function withoutIds(text: string, uploads: readonly Pick<UploadedObject, 'version' | 'work'>[]): string {
  let result = text;
  for (const [at, { version, work }] of uploads.entries()) {
    const folder = work.slice('work/'.length);
    result = result.replaceAll(version, `version-${at}`).replaceAll(folder, `upload-${at}/`);
    // As the id of a vector has it.
    result = result.replaceAll(folder.replaceAll('/', ':'), `upload-${at}:`);
  }
  result = result.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time').replaceAll(/"\d{4}-\d\d-\d\d"/g, '"a day"');
  const sequencers = [...new Set(result.match(/\b[0-9A-F]{40}\b/g))].toSorted();
  result = result.replaceAll(/\b[0-9A-F]{40}\b/g, (one) => `sequencer-${sequencers.indexOf(one)}`);
  result = numbered(result, /arn:aws:states:[^"]+/g, 'execution');
  return numbered(result, /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
}

function numbered(text: string, pattern: RegExp, name: string): string {
  const found = [...new Set(text.match(pattern))];
  return text.replaceAll(pattern, (one) => `${name}-${found.indexOf(one)}`);
}
