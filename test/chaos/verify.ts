import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, ListObjectVersionsCommand, type ObjectVersion } from '@aws-sdk/client-s3';
import { paginateListExecutions, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { createHash } from 'node:crypto';
import { createClients, type Clients } from '../../local/clients.ts';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import { Processed } from '../../schemas/processed.ts';
import { EnrolledFaceRecord, EnrolmentRecord, FaceRecord, PersonRecord, PhotoRecord } from '../../schemas/records.ts';
import type { RunningAccount } from './killable-account.ts';
import type { Acknowledged, ExpectedEnd, UploadLoad } from './upload-load.ts';

export interface Findings {
  /** Acknowledged uploads without their object, their execution or a part of their results. */
  readonly lost: readonly string[];
  /** Uploads with more than one execution, row or face. */
  readonly doubled: readonly string[];
  /** What cannot be read or contradicts itself. */
  readonly corrupt: readonly string[];
}

/** Checks everything in an account that is idle. */
export async function verify(account: RunningAccount, load: UploadLoad): Promise<Findings> {
  const clients = createClients(account);
  const { deployment } = account;
  const [lost, doubled, corrupt]: string[][] = [[], [], []];
  const found = { lost: lost!, doubled: doubled!, corrupt: corrupt! };
  const versions = await versionsOf(clients, deployment.bucket);
  for (const upload of load.acknowledged) {
    if (!versions.some(({ VersionId }) => VersionId === upload.version)) found.lost.push(`${upload.key}: no object`);
  }
  checkExecutions(await executionsOf(clients, account), load.acknowledged, found);
  const rows = await scanTable(clients.dynamoDb, deployment.results_table);
  for (const version of versions) {
    if (!version.IsLatest || !version.Key?.startsWith('input/')) continue;
    const bytes = await bytesOf(clients, deployment.bucket, version.Key);
    const etag = String(version.ETag).replaceAll('"', '');
    const end = load.expectedEnds.get(etag);
    if (!end || createHash('md5').update(bytes).digest('hex') !== etag) {
      found.corrupt.push(`${version.Key}: other bytes than were uploaded`);
    } else await checkPhoto({ clients, bucket: deployment.bucket, version, end, rows, found });
  }
  await checkPeople(clients, account, found);
  return found;
}

async function versionsOf({ s3 }: Clients, Bucket: string): Promise<ObjectVersion[]> {
  const versions: ObjectVersion[] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
    versions.push(...(page.Versions ?? []));
    [KeyMarker, VersionIdMarker] = page.IsTruncated ? [page.NextKeyMarker, page.NextVersionIdMarker] : [];
  } while (KeyMarker !== undefined);
  return versions.filter(({ Key = '' }) => Key.startsWith('input/') || Key.startsWith('enroll/'));
}

async function executionsOf(
  { sfn }: Clients,
  { deployment }: RunningAccount,
): Promise<{ version: string; status: string }[]> {
  const executions: { version: string; status: string }[] = [];
  for (const stateMachineArn of Object.values(deployment.machines)) {
    for await (const { executions: page = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
      for (const { executionArn, status = '' } of page) {
        const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        const { detail } = ObjectCreatedEvent.parse(JSON.parse(input));
        executions.push({ version: detail.object['version-id'] ?? '', status });
      }
    }
  }
  return executions;
}

type Found = Record<keyof Findings, string[]>;

function checkExecutions(
  executions: readonly { version: string; status: string }[],
  acknowledged: readonly Acknowledged[],
  found: Found,
): void {
  const byVersion = Map.groupBy(executions, ({ version }) => version);
  for (const [version, all] of byVersion) {
    if (all.length > 1) found.doubled.push(`version ${version}: ${all.length} executions`);
  }
  for (const { key, version } of acknowledged) {
    const statuses = byVersion.get(version)?.map(({ status }) => status) ?? [];
    if (!statuses.includes('SUCCEEDED')) found.lost.push(`${key}: ${statuses.join(', ') || 'no execution'}`);
  }
}

async function bytesOf({ s3 }: Clients, Bucket: string, Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

async function checkPhoto(options: {
  clients: Clients;
  bucket: string;
  version: ObjectVersion;
  end: ExpectedEnd;
  rows: readonly Record<string, unknown>[];
  found: Found;
}): Promise<void> {
  const { clients, bucket, version, end, rows, found } = options;
  const image_id = String(version.Key).slice('input/'.length);
  const photoRows = rows.filter((row) => row['image_id'] === image_id);
  const photo = PhotoRecord.safeParse(photoRows.find(({ record }) => record === 'photo'));
  if (!photo.success || photo.data.status !== end.status || photo.data.version_id !== version.VersionId) {
    found.lost.push(`${version.Key}: ${photo.success ? photo.data.status : photo.error.message}, not ${end.status}`);
    return;
  }
  const faces = photoRows.filter(({ record }) => record !== 'photo').map((row) => FaceRecord.safeParse(row));
  const records = faces.flatMap(({ data }) => data ?? []).map(({ record }) => record);
  if (records.length < faces.length) found.corrupt.push(`${version.Key}: a face that cannot be read`);
  if (records.length > end.faces) found.doubled.push(`${version.Key}: ${records.join(', ')}`);
  if (records.length < end.faces) found.lost.push(`${version.Key}: ${records.length} of ${end.faces} faces`);
  const text = Buffer.from(await bytesOf(clients, bucket, photo.data.processed_key ?? '')).toString();
  const processed = Processed.parse(JSON.parse(text));
  if (processed.version_id !== version.VersionId || processed.faces.length !== end.faces) {
    found.corrupt.push(`${version.Key}: ${photo.data.processed_key} is of something else`);
  }
}

/** One picture was enrolled under many keys: it must be one face of one person. */
async function checkPeople(clients: Clients, { deployment }: RunningAccount, found: Found): Promise<void> {
  const rows = await scanTable(clients.dynamoDb, deployment.people_table);
  for (const row of rows) {
    const kind = String(row['record']).split('#')[0];
    const schema = kind === 'person' ? PersonRecord : kind === 'face' ? EnrolledFaceRecord : EnrolmentRecord;
    const read = schema.safeParse(row);
    if (!read.success) found.corrupt.push(`${String(row['record'])}: ${read.error.message}`);
    else if ('key' in read.data && 'status' in read.data && read.data.status !== 'ENROLLED') {
      found.lost.push(`${read.data.key}: ${read.data.status}`);
    }
  }
  const { Faces = [] } = await clients.rekognition.send(new ListFacesCommand({ CollectionId: deployment.collection }));
  const enrolled = rows.filter(({ record }) => String(record).startsWith('face#'));
  if (Faces.length > 1 || enrolled.length !== Faces.length) {
    found.doubled.push(`Robin: ${Faces.length} faces in the collection, ${enrolled.length} in the table`);
  }
}
