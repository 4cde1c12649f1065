import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { byIndex, enrolmentsByKey, photosByKey } from '../deployment/queries.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';

/** A row whose execution failed, or is asked about because it may have. */
export type Work = PhotoRecord | EnrolmentRecord;

export interface FailureFilter {
  /** Landed then or later. */
  readonly since?: Date;
  readonly error?: string;
}

/** What a person calls it: a photo by its id, an enrolment by its key. */
export const idOf = (work: Work) => ('image_id' in work ? work.image_id : work.key);

/** Every photo and enrolment that FAILED, oldest first. */
export async function failures(target: Target, { since, error }: FailureFilter): Promise<Work[]> {
  const failed = { index: 'by-status', value: 'FAILED', period: { since } } as const;
  const photos = await byIndex(target, { ...failed, table: 'results', schema: PhotoRecord });
  const enrolments = await byIndex(target, { ...failed, table: 'people', schema: EnrolmentRecord });
  return [...photos, ...enrolments]
    .filter((work) => error === undefined || work.error === error)
    .toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || (idOf(a) < idOf(b) ? -1 : 1));
}

/** A photo by its id or key, an enrolment by its key. */
export async function workOf(target: Target, id: string): Promise<Work | undefined> {
  const enrolment = id.startsWith(PREFIXES.enroll) ? (await enrolmentsByKey(target, [id])).get(id) : undefined;
  if (enrolment) return enrolment;
  const keys = id.startsWith(PREFIXES.input) ? [PREFIXES.input + id, id] : [PREFIXES.input + id];
  const photos = await photosByKey(target, keys);
  return keys.map((key) => photos.get(key)).find((photo) => photo !== undefined);
}

/** The row as it is now: since it was listed, somebody may have seen to it. */
export async function current(target: Target, work: Work): Promise<Work | undefined> {
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
  readonly works: readonly Work[];
}

/** The most frequent first. */
export function grouped(works: readonly Work[]): FailureGroup[] {
  const groups = Map.groupBy(works, ({ error = 'unknown', failed_state = 'unknown' }) => `${error} ${failed_state}`);
  return [...groups.values()]
    .map((of) => ({ error: of[0]?.error ?? 'unknown', state: of[0]?.failed_state ?? 'unknown', works: of }))
    .toSorted((a, b) => b.works.length - a.works.length);
}
