import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { PREFIXES } from '../../schemas/keys.ts';
import { EnrolmentRecord, EXECUTION_FAILURE_ATTRIBUTES, PhotoRecord } from '../../schemas/records.ts';
import { partitionOf, readFitting, readPartitions, type Position } from '../deployment/pages.ts';
import { queryIndex, readEnrolmentsByKey, readPhotos } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** A row whose execution failed or may have failed. */
export type FailedItem = PhotoRecord | EnrolmentRecord;

export interface FailureFilter {
  /** Uploaded at this time or later. */
  readonly since?: Date | undefined;
  readonly error?: string | undefined;
}

/** The name for people: a photo's id, or an enrolment's key. */
export const nameOfItem = (work: FailedItem) => ('image_id' in work ? work.image_id : work.key);

/** Lists every photo and enrolment whose execution failed, before or after its result was written, the oldest first. */
export async function listFailures(target: Target, { since, error }: FailureFilter): Promise<FailedItem[]> {
  const failed = { index: 'by-status', value: 'FAILED', period: { since } } as const;
  const late = { index: 'by-failure', value: 'LATE', period: { since } } as const;
  const lists = await Promise.all(
    [failed, late].flatMap((which): Promise<FailedItem[]>[] => [
      queryIndex(target, { ...which, table: 'results', schema: PhotoRecord }),
      queryIndex(target, { ...which, table: 'people', schema: EnrolmentRecord }),
    ]),
  );
  return lists
    .flat()
    .filter((work) => error === undefined || work.error === error)
    .toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || (nameOfItem(a) < nameOfItem(b) ? -1 : 1));
}

export interface FailureList extends FailureFilter {
  /** The state that failed. */
  readonly state?: string | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly from?: Position | undefined;
}

/** Reads the next failures by time. A page may be short, or empty, and still not the last. */
export async function readFailures(
  target: Target,
  { since, error, state, order, limit, from }: FailureList,
): Promise<{ readonly items: readonly FailedItem[]; readonly next?: Position }> {
  const failed = { index: 'by-status', value: 'FAILED', period: { since } } as const;
  const late = { index: 'by-failure', value: 'LATE', period: { since } } as const;
  const partitions = [failed, late].flatMap((which) => [
    partitionOf<'results', FailedItem>(
      target,
      { ...which, table: 'results', schema: PhotoRecord },
      `results ${which.value}`,
    ),
    partitionOf<'people', FailedItem>(
      target,
      { ...which, table: 'people', schema: EnrolmentRecord },
      `people ${which.value}`,
    ),
  ]);
  const hasCause = (item: FailedItem) =>
    (error === undefined || item.error === error) && (state === undefined || item.failed_state === state);
  const fits = error === undefined && state === undefined ? undefined : hasCause;
  const { rows: items, next } = await readFitting(
    (page) => readPartitions(target, partitions, { order, fits, ...page }),
    { limit, from },
  );
  return { items, ...(next && { next }) };
}

/** Finds a photo by its id or key, or an enrolment by its key. */
export async function findItem(target: Target, id: string): Promise<FailedItem | undefined> {
  const enrolment = id.startsWith(PREFIXES.enroll) ? (await readEnrolmentsByKey(target, [id])).get(id) : undefined;
  if (enrolment) return enrolment;
  const keys = id.startsWith(PREFIXES.input) ? [PREFIXES.input + id, id] : [PREFIXES.input + id];
  const photos = await readPhotos(target, keys);
  return keys.map((key) => photos.get(key)).find((photo) => photo !== undefined);
}

/** Reads the row again, because it may have changed since it was listed. */
export async function readCurrent(target: Target, work: FailedItem): Promise<FailedItem | undefined> {
  const { schema, ...address } = addressOf(target, work);
  const { Item } = await target.dynamoDb.send(new GetCommand({ ...address, ConsistentRead: true }));
  return Item && schema.parse(Item);
}

type ItemKey = Pick<PhotoRecord, 'image_id' | 'record'> | Pick<EnrolmentRecord, 'person_id' | 'record'>;

function addressOf({ deployment }: Target, { record, ...id }: ItemKey) {
  if ('image_id' in id) {
    return { TableName: deployment.results_table, Key: { image_id: id.image_id, record }, schema: PhotoRecord };
  }
  return { TableName: deployment.people_table, Key: { person_id: id.person_id, record }, schema: EnrolmentRecord };
}

/** Takes a late failure off the row, unless it has failed again since. */
export async function clearLateFailure(
  target: Target,
  { failure, failed_at = '', ...item }: FailedItem,
): Promise<void> {
  if (failure === undefined) return;
  const { TableName, Key } = addressOf(target, item);
  const removed = EXECUTION_FAILURE_ATTRIBUTES.map((name) => `#${name}`).join(', ');
  await target.dynamoDb
    .send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: `REMOVE ${removed}`,
        ConditionExpression: 'execution_arn = :execution_arn AND #failed_at = :failed_at',
        ExpressionAttributeNames: Object.fromEntries(EXECUTION_FAILURE_ATTRIBUTES.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: { ':execution_arn': item.execution_arn, ':failed_at': failed_at },
      }),
    )
    .catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
    });
}

/** Failures of one kind: the same error in the same state. */
export interface FailureGroup {
  readonly error: string;
  readonly state: string;
  readonly items: readonly FailedItem[];
}

/** The most frequent first. */
export function groupFailures(items: readonly FailedItem[]): FailureGroup[] {
  const groups = Map.groupBy(items, ({ error = 'unknown', failed_state = 'unknown' }) => `${error} ${failed_state}`);
  return [...groups.values()]
    .map((group) => ({
      error: group[0]?.error ?? 'unknown',
      state: group[0]?.failed_state ?? 'unknown',
      items: group,
    }))
    .toSorted((a, b) => b.items.length - a.items.length);
}
