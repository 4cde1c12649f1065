import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dayOf } from '../../schemas/days.ts';
import { imageIdOf, personOfKey, PREFIXES } from '../../schemas/keys.ts';
import type { UploadedObject } from '../../schemas/payloads.ts';
import { FAILURE_ATTRIBUTES, OUTCOME_ATTRIBUTES } from '../../schemas/records.ts';
import { deleteIf, isForgotten } from '../forgetting/tombstones.ts';
import { faultOf } from '../runtime/faults.ts';
import { conditionalUpdate, updateConditionally, type RowAddress, type RowUpdate } from './conditional-updates.ts';
import { enrolmentRow } from './enrolment-row.ts';
import { photoRow } from './result-rows.ts';

export interface FailureTables {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
}

export interface Failure {
  /** When the execution started and ended, if that is known. */
  readonly started?: Date | undefined;
  readonly ended?: Date | undefined;
  readonly error: string;
  readonly cause?: string | null | undefined;
  readonly failed_state?: string | undefined;
}

/**
 * Sets the status FAILED in the row of the object, if the condition holds. The condition may use `:processing` beside
 * the fields of the object.
 */
export async function recordFailure(
  tables: FailureTables,
  object: UploadedObject,
  failure: Failure,
  condition: string,
): Promise<{ recorded: boolean; record: string | undefined }> {
  const { row, identity, outcome } = target(object, tables);
  const recorded = await updateConditionally(
    tables.dynamoDb,
    conditionalUpdate(row, {
      set: {
        ...object,
        ...identity,
        claimed_at: failure.started?.toISOString() ?? object.timestamp,
        status: 'FAILED',
        ...attributesOf(failure),
      },
      remove: [...FAILURE_ATTRIBUTES, ...outcome],
      condition,
      values: { processing: 'PROCESSING' },
    }),
  );
  if (recorded && (await isOfForgotten(tables, object))) {
    await deleteIf(tables.dynamoDb, row, { execution_arn: object.execution_arn });
    return { recorded: false, record: row.key['record'] };
  }
  return { recorded, record: row.key['record'] };
}

/** The row of an enrolment has the person's name. */
async function isOfForgotten(tables: FailureTables, { key, timestamp }: UploadedObject): Promise<boolean> {
  const person = key.startsWith(PREFIXES.enroll) ? personOfKey(key) : undefined;
  return person !== undefined && isForgotten(tables, person.person_id, timestamp);
}

/**
 * Records a failure after the final status was written, as of the announcement. Status and result stay; `rollcall
 * failed` finds the row by its attribute `failure`.
 */
export function recordLateFailure(tables: FailureTables, object: UploadedObject, failure: Failure): Promise<boolean> {
  return updateConditionally(
    tables.dynamoDb,
    conditionalUpdate(target(object, tables).row, {
      set: { ...attributesOf(failure), failure: 'LATE' },
      condition: '#execution_arn = :execution_arn AND NOT #status IN (:processing, :failed)',
      values: { execution_arn: object.execution_arn, processing: 'PROCESSING', failed: 'FAILED' },
    }),
  );
}

const attributesOf = ({ error, cause, failed_state, ended }: Failure) => ({
  error,
  cause: faultOf({ Error: '', Cause: cause ?? '' }).message.slice(0, 2000),
  failed_state,
  failed_at: ended?.toISOString(),
});

interface Target {
  readonly row: RowAddress;
  readonly identity: RowUpdate['set'];
  readonly outcome: readonly string[];
}

function target({ key, timestamp }: UploadedObject, { resultsTable, peopleTable }: FailureTables): Target {
  if (!key.startsWith(PREFIXES.enroll)) {
    return {
      row: photoRow(resultsTable, imageIdOf(key)),
      identity: { day: dayOf(timestamp) },
      outcome: OUTCOME_ATTRIBUTES,
    };
  }
  return {
    row: enrolmentRow(peopleTable, key),
    identity: { name: personOfKey(key)?.name ?? '' },
    outcome: ['face_id'],
  };
}
