import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import { type Case, PictureReference, type RecordedCall } from '../../schemas/case.ts';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import { PREFIXES, workPrefixOf } from '../../schemas/keys.ts';
import { isSet } from '../from-dynamodb-json.ts';
import { replaceTexts, type TextReplacement } from '../replace-texts.ts';
import { sha256 } from '../sha256.ts';
import { pictureFor } from './substitute-pictures.ts';

type Row = Record<string, unknown>;
type Content = { readonly json: unknown } | { readonly bytes: Buffer };

/** What was in the bucket and the tables before the execution: all that it read and had not written itself. */
export interface InitialState {
  readonly objects: ReadonlyMap<string, Content>;
  readonly rows: readonly { readonly tableName: string; readonly row: Row }[];
}

/** A case that can run in this account. */
export interface PreparedCase {
  readonly recorded: Case;
  readonly initialState: InitialState;
  /** What was replaced in the case. Reversed, they give the results the names of the case. */
  readonly replacements: readonly TextReplacement[];
}

/**
 * Puts this account's bucket into the case. A substitute picture has another hash and ETag, so these are replaced too,
 * with all that is named by them.
 */
export async function prepareCase(recorded: Case, bucket: string): Promise<PreparedCase> {
  const { detail } = ObjectCreatedEvent.parse(recorded.input);
  const replacements: TextReplacement[] = [[detail.bucket.name, bucket]];
  const read = readByCase(recorded);
  const objects = new Map<string, Content>();
  for (const [key, { json, picture }] of read.objects) {
    if (picture === undefined) {
      objects.set(key, { json });
      continue;
    }
    const reference = PictureReference.parse(picture);
    const bytes = await pictureFor(reference);
    objects.set(key, { bytes });
    replacements.push([reference.sha256, sha256(bytes)]);
    if (key !== detail.object.key) continue;
    const etag = createHash('md5').update(bytes).digest('hex');
    const workFolder = (of: string) => workPrefixOf(key, of).slice(PREFIXES.work.length);
    replacements.push([workFolder(detail.object.etag), workFolder(etag)], [detail.object.etag, etag]);
  }
  return {
    recorded: replaceTexts(recorded, replacements),
    initialState: {
      objects: new Map([...objects].map(([key, content]) => [replaceTexts(key, replacements), content])),
      rows: replaceTexts(read.rows, replacements),
    },
    replacements,
  };
}

/** The objects and rows that the execution read before it wrote them, if it did. */
function readByCase({ tasks }: Case) {
  const objects = new Map<string, Record<string, unknown>>();
  const rows = new Map<string, { tableName: string; row: Row }>();
  const written = new Set<string>();
  for (const { service, operation, request, answer, error } of tasks.flatMap((task) => task.calls ?? [])) {
    if (service === 's3') {
      const key = String(request['key']);
      if (operation === 'PutObject') written.add(key);
      else if (operation === 'GetObject' && answer && !written.has(key)) objects.set(key, answer);
    } else if (service === 'dynamodb') {
      const tableName = String(request['TableName']);
      if (operation === 'GetItem' || operation === 'Query') {
        for (const row of rowsIn(answer)) {
          const id = rowId(tableName, row);
          if (!written.has(id)) rows.set(id, { tableName, row });
        }
      } else if (!error) written.add(rowId(tableName, (request['Key'] ?? request['Item']) as Row));
    }
  }
  return { objects, rows: [...rows.values()] };
}

function rowsIn(answer: RecordedCall['answer'] = {}): Row[] {
  const { Item, Items = [] } = answer as { Item?: Row; Items?: Row[] };
  return Item ? [Item] : Items;
}

const rowId = (tableName: string, { image_id, person_id, record }: Row) =>
  [tableName, image_id ?? person_id, record].join(' ');

export async function restoreState(
  { objects, rows }: InitialState,
  { s3, dynamoDb }: { readonly s3: S3Client; readonly dynamoDb: DynamoDBDocumentClient },
  bucket: string,
): Promise<void> {
  for (const [Key, content] of objects) {
    const Body = 'bytes' in content ? content.bytes : Buffer.from(JSON.stringify(content.json));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
  for (const { tableName, row } of rows) {
    const Item = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, isSet(value) ? new Set(value.set) : value]),
    );
    await dynamoDb.send(new PutCommand({ TableName: tableName, Item }));
  }
}
