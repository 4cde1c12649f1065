import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EXECUTION_TIMEOUT_SECONDS } from '../../schemas/executions.ts';
import { paddedSequencer } from '../../schemas/keys.ts';
import type { UploadedObject } from '../../schemas/payloads.ts';
import { FAILURE_ATTRIBUTES } from '../../schemas/records.ts';
import type { Input } from '../../schemas/tasks.ts';
import {
  conditionalUpdate,
  readRow,
  updateConditionally,
  type RowAddress,
  type RowUpdate,
} from './conditional-updates.ts';

/**
 * A claim says which execution works on which version of an object. It is a conditional write on the object's row, so
 * that duplicate, late and newer events are told apart and only one execution continues.
 */
export type Claim = 'CLAIMED' | 'DONE' | 'UNDER_WAY' | 'SUPERSEDED';

/** After the time-out of its execution nobody works on a row, even if the failure was not recorded. */
const LEASE_MS = EXECUTION_TIMEOUT_SECONDS * 1000;

export function uploadedObjectOf(input: Input<'load-image'>): UploadedObject {
  const { bucket, object } = input.detail;
  return {
    bucket: bucket.name,
    key: object.key,
    ...(object['version-id'] === undefined ? {} : { version_id: object['version-id'] }),
    etag: object.etag,
    size: object.size,
    sequencer: paddedSequencer(object.sequencer),
    timestamp: input.time,
    execution_arn: input.execution_arn,
  };
}

/**
 * AND comes before OR. Without parentheses inside parentheses, for which the parser of the local DynamoDB took 12 ms in
 * place of 0.2 ms: with each level it takes several times as long.
 */
const MAY_CLAIM = [
  'attribute_not_exists(#status)',
  '#sequencer < :sequencer',
  '#sequencer = :sequencer AND #status = :failed',
  '#sequencer = :sequencer AND #status = :status AND #execution_arn = :execution_arn',
  '#sequencer = :sequencer AND #status = :status AND #claimed_at < :abandoned',
].join(' OR ');

/**
 * Claims a row for this execution, or says why it cannot. A claim succeeds if the row is new, already ours, of an older
 * version, or of this version but failed or abandoned.
 */
export async function claim(
  dynamoDb: DynamoDBDocumentClient,
  row: RowAddress,
  object: UploadedObject,
  options: { now: Date; set?: RowUpdate['set']; remove?: readonly string[] },
): Promise<Claim> {
  const { now, set = {}, remove = [] } = options;
  const update = conditionalUpdate(row, {
    set: { ...object, ...set, status: 'PROCESSING', claimed_at: now.toISOString() },
    remove: [...FAILURE_ATTRIBUTES, ...remove],
    condition: MAY_CLAIM,
    values: { failed: 'FAILED', abandoned: new Date(now.getTime() - LEASE_MS).toISOString() },
  });
  if (await updateConditionally(dynamoDb, update)) return 'CLAIMED';
  const held = await readRow(dynamoDb, row);
  if (!held || String(held['sequencer']) > object.sequencer) return 'SUPERSEDED';
  // Its owner has failed in the meantime, so the claim can succeed now.
  if (held['status'] === 'FAILED') return claim(dynamoDb, row, object, options);
  return held['status'] === 'PROCESSING' ? 'UNDER_WAY' : 'DONE';
}

/** Whether this execution still owns the row. A newer version of the object takes it over. */
export async function ownsClaim(
  dynamoDb: DynamoDBDocumentClient,
  row: RowAddress,
  object: UploadedObject,
): Promise<boolean> {
  return (await readRow(dynamoDb, row))?.['execution_arn'] === object.execution_arn;
}

/**
 * Whether a newer version owns the row, or the row is gone. Only then may this version's rows be removed, because
 * another execution of the same version writes the same rows.
 */
export async function isOutdated(
  dynamoDb: DynamoDBDocumentClient,
  row: RowAddress,
  object: UploadedObject,
): Promise<boolean> {
  const held = await readRow(dynamoDb, row);
  return !held || String(held['sequencer']) > object.sequencer;
}

/** Writes the outcome into the row if this execution still owns it. Returns false if it does not. */
export function finishClaim(
  dynamoDb: DynamoDBDocumentClient,
  row: RowAddress,
  object: UploadedObject,
  set: RowUpdate['set'],
): Promise<boolean> {
  return updateConditionally(
    dynamoDb,
    conditionalUpdate(row, {
      set,
      remove: FAILURE_ATTRIBUTES,
      condition: '#execution_arn = :execution_arn',
      values: { execution_arn: object.execution_arn },
    }),
  );
}
