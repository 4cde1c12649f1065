import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { rowsOf, type FaultAccount } from './fault-account.ts';

/** All that a run leaves behind, but for ids of executions and versions and times: two good runs are equal. */
export interface Snapshot {
  readonly results: unknown;
  readonly people: unknown;
  readonly objects: unknown;
  readonly faces: unknown;
}

export async function snapshotOf(stand: FaultAccount): Promise<Snapshot> {
  const { deployment } = stand.account;
  const { Faces = [] } = await stand.rekognition.send(new ListFacesCommand({ CollectionId: deployment.collection }));
  const whole = {
    results: sorted(await rowsOf(stand.table, deployment.results_table), ['image_id', 'record']),
    people: sorted(await rowsOf(stand.table, deployment.people_table), ['person_id', 'record']),
    objects: await objectsOf(stand),
    faces: Faces.map((face) => ({ ...face, ImageId: undefined })),
  };
  return JSON.parse(anonymous(canonical(whole), stand)) as Snapshot;
}

/** Every current object: JSON as it reads, pictures by their ETag. */
async function objectsOf({ s3, account }: FaultAccount): Promise<unknown> {
  const Bucket = account.deployment.bucket;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const entries = Contents.map(async ({ Key = '', ETag }) => {
    if (!Key.endsWith('.json')) return [Key, ETag] as const;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, JSON.parse((await Body?.transformToString()) ?? '')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const sorted = (rows: Record<string, unknown>[], key: readonly string[]) => {
  const place = (row: Record<string, unknown>) => key.map((name) => String(row[name])).join('\n');
  return rows.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
};

/** With sorted keys, so that what is numbered below in order of appearance has the same number in each run. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function anonymous(text: string, { uploads }: FaultAccount): string {
  let result = text;
  for (const [at, { version, work }] of uploads.entries()) {
    const folder = work.slice('work/'.length);
    result = result.replaceAll(version, `version-${at}`).replaceAll(folder, `upload-${at}/`);
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
