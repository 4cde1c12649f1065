import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { imageIdOf, personNameOf, PREFIXES } from '../../schemas/keys.ts';
import type { UploadedObject } from '../../schemas/payloads.ts';
import { FAILURE_ATTRIBUTES, OUTCOME_ATTRIBUTES } from '../../schemas/records.ts';
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
  { error, cause, failed_state }: Failure,
  condition: string,
): Promise<{ recorded: boolean; record: string | undefined }> {
  const { row, identity, outcome } = target(object, tables);
  const recorded = await updateConditionally(
    tables.dynamoDb,
    conditionalUpdate(row, {
      set: {
        ...object,
        ...identity,
        claimed_at: object.timestamp,
        status: 'FAILED',
        error,
        cause: faultOf({ Error: '', Cause: cause ?? '' }).message.slice(0, 2000),
        failed_state,
      },
      remove: [...FAILURE_ATTRIBUTES, ...outcome],
      condition,
      values: { processing: 'PROCESSING' },
    }),
  );
  return { recorded, record: row.key['record'] };
}

interface Target {
  readonly row: RowAddress;
  readonly identity: RowUpdate['set'];
  readonly outcome: readonly string[];
}

function target({ key, timestamp }: UploadedObject, { resultsTable, peopleTable }: FailureTables): Target {
  if (!key.startsWith(PREFIXES.enroll)) {
    return {
      row: photoRow(resultsTable, imageIdOf(key)),
      identity: { day: timestamp.slice(0, 10) },
      outcome: OUTCOME_ATTRIBUTES,
    };
  }
  return {
    row: enrolmentRow(peopleTable, key),
    identity: { name: personNameOf(key) ?? '' },
    outcome: ['face_id'],
  };
}
