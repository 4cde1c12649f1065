import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sha256 } from '../call-log.ts';
import { type Case, PictureReference, type RecordedCall } from '../../schemas/case.ts';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import { PREFIXES, workPrefixOf } from '../../schemas/keys.ts';
import { pictureFor } from './substitute-pictures.ts';

type Item = Record<string, unknown>;
type Content = { readonly json: unknown } | { readonly bytes: Buffer };

/** What goes in place of what in all of a case; turned round, in all that comes of it. */
export type TextReplacements = readonly (readonly [recorded: string, now: string])[];

export function replaceTexts<T>(value: T, pairs: TextReplacements): T {
  return JSON.parse(pairs.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(value))) as T;
}

/** A case to be run here, and what was there before: all that it read and had not written itself. */
export interface InitialState {
  readonly recorded: Case;
  readonly objects: ReadonlyMap<string, Content>;
  readonly rows: readonly { readonly table: string; readonly item: Item }[];
  readonly pairs: TextReplacements;
}

/** Another picture stands in for one that is not here: it has another hash, and what is named by it other names. */
export async function prepareReplay(recorded: Case, bucket: string): Promise<InitialState> {
  const { detail } = ObjectCreatedEvent.parse(recorded.input);
  const pairs: (readonly [string, string])[] = [[detail.bucket.name, bucket]];
  const given = givenBy(recorded);
  const objects = new Map<string, Content>();
  for (const [key, { json, picture }] of given.objects) {
    if (picture === undefined) {
      objects.set(key, { json });
      continue;
    }
    const reference = PictureReference.parse(picture);
    const bytes = await pictureFor(reference);
    objects.set(key, { bytes });
    pairs.push([reference.sha256, sha256(bytes)]);
    if (key !== detail.object.key) continue;
    const etag = createHash('md5').update(bytes).digest('hex');
    const folder = (of: string) => workPrefixOf(key, of).slice(PREFIXES.work.length);
    pairs.push([folder(detail.object.etag), folder(etag)], [detail.object.etag, etag]);
  }
  return {
    recorded: replaceTexts(recorded, pairs),
    objects: new Map([...objects].map(([key, content]) => [replaceTexts(key, pairs), content])),
    rows: replaceTexts(given.rows, pairs),
    pairs,
  };
}

function givenBy({ tasks }: Case) {
  const objects = new Map<string, Record<string, unknown>>();
  const rows = new Map<string, { table: string; item: Item }>();
  const written = new Set<string>();
  for (const { service, operation, request, answer, error } of tasks.flatMap((task) => task.calls ?? [])) {
    if (service === 's3') {
      const key = String(request['key']);
      if (operation === 'PutObject') written.add(key);
      else if (operation === 'GetObject' && answer && !written.has(key)) objects.set(key, answer);
    } else if (service === 'dynamodb') {
      const table = String(request['TableName']);
      const changed = (request['Key'] ?? request['Item']) as Item;
      if (operation === 'GetItem' || operation === 'Query') {
        for (const item of itemsOf(answer)) {
          if (!written.has(nameOf(table, item))) rows.set(nameOf(table, item), { table, item });
        }
      } else if (!error) written.add(nameOf(table, changed));
    }
  }
  return { objects, rows: [...rows.values()] };
}

function itemsOf(answer: RecordedCall['answer'] = {}): Item[] {
  const { Item: one, Items: many = [] } = answer as { Item?: Item; Items?: Item[] };
  return one ? [one] : many;
}

const nameOf = (table: string, { image_id, person_id, record }: Item) =>
  [table, image_id ?? person_id, record].join(' ');

export async function restoreState(
  { objects, rows }: InitialState,
  { s3, table, bucket }: { s3: S3Client; table: DynamoDBDocumentClient; bucket: string },
): Promise<void> {
  for (const [Key, content] of objects) {
    const Body = 'bytes' in content ? content.bytes : Buffer.from(JSON.stringify(content.json));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
  for (const { table: TableName, item: Item } of rows) await table.send(new PutCommand({ TableName, Item }));
}
