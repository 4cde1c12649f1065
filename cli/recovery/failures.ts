import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { PREFIXES } from '../../schemas/keys.ts';
import { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { queryIndex, readEnrolmentsByKey, readPhotos } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** A row whose execution failed or may have failed. */
export type FailedItem = PhotoRecord | EnrolmentRecord;

export interface FailureFilter {
  /** Uploaded at this time or later. */
  readonly since?: Date;
  readonly error?: string;
}

/** The name for people: a photo's id, or an enrolment's key. */
export const nameOfItem = (work: FailedItem) => ('image_id' in work ? work.image_id : work.key);

/** Lists every photo and enrolment that is FAILED, the oldest first. */
export async function listFailures(target: Target, { since, error }: FailureFilter): Promise<FailedItem[]> {
  const failed = { index: 'by-status', value: 'FAILED', period: { since } } as const;
  const photos = await queryIndex(target, { ...failed, table: 'results', schema: PhotoRecord });
  const enrolments = await queryIndex(target, { ...failed, table: 'people', schema: EnrolmentRecord });
  return [...photos, ...enrolments]
    .filter((work) => error === undefined || work.error === error)
    .toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || (nameOfItem(a) < nameOfItem(b) ? -1 : 1));
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
  const [TableName, Key, schema] =
    'image_id' in work
      ? ([target.deployment.results_table, { image_id: work.image_id, record: work.record }, PhotoRecord] as const)
      : ([
          target.deployment.people_table,
          { person_id: work.person_id, record: work.record },
          EnrolmentRecord,
        ] as const);
  const { Item } = await target.dynamoDb.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item && schema.parse(Item);
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
